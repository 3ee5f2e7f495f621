"""What the components and pages use to draw icons, controls, people, dates and amounts."""

import datetime
import decimal
from collections.abc import Mapping
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField, BoundWidget
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString

from betony.kit.ui import controls, faces, icons, stencils, words

register = template.Library()

_BUTTONS = {
    "primary": "btn-primary",
    "secondary": "btn-plain",
    "": "btn-plain",
    "quiet": "btn-quiet",
    "danger": "btn-error",
}


class Amount(Protocol):
    """What the filter money needs to know of a value: kit's Money is one."""

    @property
    def amount(self) -> decimal.Decimal: ...

    @property
    def currency(self) -> str: ...


@register.simple_tag
def asset(path: str) -> str:
    """Return the address of a static file, hashed where the manifest knows it.

    A page must still come out where the manifest does not: the page for errors above all.
    """
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
def this_server() -> str:
    """Return clinic or dispensary, for pages that must do without a request."""
    return str(getattr(settings, "BETONY_SERVER", "clinic"))


@register.simple_tag(takes_context=True)
def kept_form(context: Context, action: str) -> Any:
    """Return what the form at this address needs to be kept as it is typed; None where nothing keeps forms."""
    ask = context.get("unfinished")
    return ask(action) if ask else None


@register.simple_tag
def button_class(
    variant: str, size: str = "", wide: object = "", label: str = "", words: str = "", added: str = ""
) -> str:
    """Return the style classes of a button; one with a label and no words is only its icon."""
    classes = [_BUTTONS[variant]]
    classes += [f"btn-{size}"] if size else []
    classes += ["btn-full"] if wide else []
    classes += ["btn-icon"] if label and not words.strip() else []
    return " ".join([*classes, added]).strip()


@register.simple_tag
def icon(name: str, added_class: str = "", label: str = "") -> SafeString:
    """Draw an icon: decorative, or an image of the name given as label."""
    return icons.drawing(name, added_class, label)


@register.simple_tag
def stencil(component: str, **values: object) -> SafeString:
    """Draw a component that a list shows dozens of times: {% stencil "menu" id=… label=… src=… %}."""
    return stencils.fill(component, values)


@register.simple_tag
def avatar(name: object, key: object = "", size: str = "", added_class: str = "") -> SafeString:
    """Draw a person's initials in the colour of that key, or of the name: what c-avatar draws."""
    return faces.drawing(str(name), key or name, size, added_class)


@register.filter
def control_kind(field: BoundField) -> str:
    return controls.kind(field)


@register.filter
def says_date(field: BoundField) -> bool:
    return controls.says_date(field)


@register.filter
def asks_for_answer(field: BoundField) -> bool:
    return controls.asks_for_answer(field)


@register.filter
def control_options(field: BoundField) -> list[BoundWidget]:
    return controls.options(field)


@register.filter
def hint_id(field: BoundField) -> str:
    return controls.hint_id(field)


@register.filter
def error_id(field: BoundField) -> str:
    return controls.error_id(field)


@register.filter
def first_control_id(field: BoundField) -> str:
    return controls.first_control_id(field)


@register.simple_tag
def described_by(field: BoundField, hint: object = "") -> str:
    return controls.described_by(field, str(hint or field.help_text))


@register.simple_tag
def control(field: BoundField, hint: object = "", extra: Mapping[str, Any] | None = None) -> SafeString:
    """Draw a field's control. `extra` is a component's {{ attrs }}: what the page adds to the control."""
    added = dict(getattr(extra, "attrs_dict", dict)())
    return controls.draw(field, str(hint or field.help_text), added)


@register.filter
def phone(number: str, country: str = "US") -> str:
    """{{ patient.mobile_phone|phone:patient.country }}: (607) 555-0142."""
    return words.phone(number, country=country or "US")


@register.filter
def in_words(value: datetime.date | None) -> str:
    """{{ birth_date|in_words }}: 4 March 1985."""
    return words.date_in_words(value) if value else ""


@register.filter
def short_date(value: datetime.date | None) -> str:
    """{{ birth_date|short_date }}: 4 Mar 1985."""
    return words.short_date(value) if value else ""


@register.filter
def weekday_date(value: datetime.date | None) -> str:
    """{{ visit_date|weekday_date }}: Mon 4 Mar 1985."""
    return words.weekday_date(value) if value else ""


@register.filter
def iso_date(value: datetime.date | None) -> str:
    """{{ birth_date|iso_date }}: 1985-03-04, for tables people sort and compare."""
    return words.iso_date(value) if value else ""


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """{{ sent_at|moment }}: Mon 4 Mar 1985, 10:30 in the active time zone."""
    return words.moment(value) if value else ""


@register.filter
def clock_time(value: datetime.datetime | None) -> str:
    return words.clock_time(value) if value else ""


@register.filter
def ago(value: datetime.datetime | None) -> str:
    """{{ synced_at|ago }}: 2 minutes ago."""
    return words.ago(value, timezone.now()) if value else ""


@register.filter
def age(birth_date: datetime.date | None) -> str:
    """{{ birth_date|age }}: 47 years, as of today in the active time zone."""
    return words.age(birth_date, timezone.localdate()) if birth_date else ""


@register.filter
def age_in_years(birth_date: datetime.date | None) -> str:
    """{{ birth_date|age_in_years }}: 47, for the narrow column of a list."""
    return str(words.years_between(birth_date, timezone.localdate())) if birth_date else ""


@register.filter
def money(value: Amount | decimal.Decimal | None, currency: str = "") -> str:
    """{{ price|money }} for a Money, {{ amount|money:"CAD" }} for a Decimal: $31.90 CAD."""
    if value is None:
        return ""
    if isinstance(value, decimal.Decimal):
        return words.amount(value, currency)
    return words.amount(value.amount, str(value.currency))
