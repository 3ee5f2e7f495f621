"""Forms about locations, practitioner profiles and delegation."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.clinic.accounts.forms import doors
from betony.clinic.accounts.forms import settings as account_forms
from betony.clinic.accounts.models import Country, Membership
from betony.clinic.practice import rules
from betony.clinic.practice.models import Location, Practitioner
from betony.kit.ui.lines_field import LinesField

PROVINCES = [
    ("AB", _("Alberta")), ("BC", _("British Columbia")), ("MB", _("Manitoba")), ("NB", _("New Brunswick")),
    ("NL", _("Newfoundland and Labrador")), ("NS", _("Nova Scotia")), ("NT", _("Northwest Territories")),
    ("NU", _("Nunavut")), ("ON", _("Ontario")), ("PE", _("Prince Edward Island")), ("QC", _("Quebec")),
    ("SK", _("Saskatchewan")), ("YT", _("Yukon")),
]  # fmt: skip


class LocationForm(account_forms.VersionedForm):
    """A place where the clinic sees people."""

    name = doors.NameField(label=_("Name"), max_length=80)
    address = LinesField(label=_("Address"), max_length=300, required=False, autocomplete="off")
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Location
        fields = ["name", "address", "phone", "time_zone", "date_format"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = account_forms.time_zone_choices(self.instance.time_zone)
        field.help_text = _("Times are shown in this time zone to everybody who works there.")
        self.fields["date_format"].help_text = _("Dates are shown this way to everybody who works there.")


class WorkAtForm(forms.Form):
    """Where somebody works."""

    location = forms.TypedChoiceField(
        label=_("Location"),
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a location."),
            "invalid_choice": _("That location has been closed. Choose another one."),
        },
    )

    def __init__(self, *arguments: Any, locations: Iterable[Location], **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["location"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = [(str(one.pk), one.name) for one in locations]


class ProfileForm(account_forms.VersionedForm):
    """What patients and payers know a practitioner by; the number depends on the country."""

    credential = doors.NameField(
        label=_("Credential"),
        max_length=40,
        required=False,
        help_text=_("The letters after your name: ND, LAc."),
    )
    licence_province = forms.ChoiceField(
        label=_("Province of the licence"), choices=[("", _("Choose a province")), *PROVINCES], required=False
    )

    class Meta:
        model = Practitioner
        fields = ["credential", "modality", "npi", "licence_number", "licence_province"]

    def __init__(self, *arguments: Any, country: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["npi"] = NpiField(required=False)
        unused = ["npi"] if country == Country.CANADA else ["licence_number", "licence_province"]
        for name in unused:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "licence_number" in self.fields:
            number, province = values.get("licence_number"), values.get("licence_province")
            if number and not province and "licence_province" not in self.errors:
                self.add_error("licence_province", _("Choose the province that issued the licence."))
            if province and not number and "licence_number" not in self.errors:
                self.add_error("licence_number", _("Enter the licence number, or choose no province."))
        return values


class NpiField(forms.CharField):
    """Ten digits, typed with or without spaces and dashes, of which the last is a check digit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("NPI"), max_length=20, help_text=_("Your ten-digit National Provider Identifier."),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), **options,
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        npi = str(super().clean(value)).replace(" ", "").replace("-", "")
        if npi and not rules.is_npi(npi):
            raise forms.ValidationError(_("That is not a valid NPI. Check its ten digits."))
        return npi


class DelegateForm(forms.Form):
    """To whom to delegate."""

    membership = forms.ChoiceField(label=_("Colleague"))

    def __init__(self, *arguments: Any, colleagues: Iterable[Membership], **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["membership"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = [("", _("Choose a colleague"))] + [
            (str(one.pk), one.user.get_full_name()) for one in colleagues
        ]
