"""How each kind of form widget is drawn: its style class, and the ids that tie words to it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString

from betony.kit.ui.date_field import DateText
from betony.kit.ui.lines_field import LinesField
from betony.kit.ui.password_field import PasswordField

Kind = Literal["hidden", "checkbox", "options", "select", "textarea", "file", "input"]

_CLASSES: dict[Kind, str] = {
    "hidden": "",
    "checkbox": "checkbox",
    "options": "",
    "select": "select",
    "textarea": "textarea",
    "file": "input",
    "input": "input",
}


# Boxes that have a field of their own; Django would make them for models by itself.
_MADE_BY: dict[type[forms.Widget], type[forms.Field]] = {
    forms.Textarea: LinesField, forms.PasswordInput: PasswordField,
}  # fmt: skip


def kind(field: BoundField) -> Kind:
    """Return which of the few shapes of control this field's widget takes."""
    widget = field.field.widget
    kinds: list[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], Kind]] = [
        ((forms.HiddenInput, forms.MultipleHiddenInput), "hidden"),
        (forms.RadioSelect, "options"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    ]
    return next((name for widgets, name in kinds if isinstance(widget, widgets)), "input")


def says_date(field: BoundField) -> bool:
    """Tell whether the typed date is to be said in words below the field."""
    return isinstance(field.field.widget, DateText)


def asks_for_answer(field: BoundField) -> bool:
    """Tell whether the field waits for an answer before the form is taken.

    A drop-down that starts with an answer waits for none.
    """
    widget = field.field.widget
    starts_with_answer = kind(field) == "select" and all(value for value, _label in _flat(widget.choices))
    return bool(field.field.required) and not starts_with_answer


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Go through the choices of a drop-down, also those that stand in groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def hint_id(field: BoundField) -> str:
    """Return the id of the words below the field's label."""
    return f"{field.auto_id or field.html_name}_hint"


def error_id(field: BoundField) -> str:
    """Return the id of the words about what is wrong with the field."""
    return f"{field.auto_id or field.html_name}_error"


def described_by(field: BoundField, hint: str) -> str:
    """Return the ids of the words about this field, the hint first, as aria-describedby takes them."""
    ids = [hint_id(field)] if hint else []
    if field.errors:
        ids.append(error_id(field))
    return " ".join(ids)


def attributes(field: BoundField, hint: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of the field's control: style class, and what ties hint and error to it.

    Raises TypeError for a box of ours on a field that does not take its care.
    """
    own = str(field.field.widget.attrs.get("class", ""))
    made_by = _MADE_BY.get(type(field.field.widget))
    if made_by is not None and not isinstance(field.field, made_by):
        raise TypeError(
            f"{field.name} must be a {made_by.__name__}, which takes the care that such a box needs."
        )
    classes = " ".join(part for part in (_CLASSES[kind(field)], own, str(extra.get("class", ""))) if part)
    result: dict[str, Any] = {**extra, "class": classes}
    described = described_by(field, hint)
    if described:
        result["aria-describedby"] = described
    if field.errors:
        result["aria-invalid"] = "true"
    return result


def draw(field: BoundField, hint: str, extra: Mapping[str, Any]) -> SafeString:
    """Return the control's HTML."""
    return field.as_widget(attrs=attributes(field, hint, extra))


def options(field: BoundField) -> list[BoundWidget]:
    """Return the single radio buttons or check boxes of a group, each with its style class."""
    widget = field.field.widget
    # In Django a group of check boxes is a kind of RadioSelect, so it is asked for first.
    shape = "checkbox" if isinstance(widget, forms.CheckboxSelectMultiple) else "radio"
    attrs = {"id": field.auto_id, "class": shape}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return [
        BoundWidget(widget, data, field.form.renderer)
        for data in widget.subwidgets(field.html_name, field.value(), attrs=attrs)
    ]


def first_control_id(field: BoundField) -> str:
    """Return the id that a link in the error summary goes to."""
    return f"{field.auto_id}_0" if kind(field) == "options" else str(field.auto_id)
