"""Forms in Settings."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from betony.clinic.accounts import rules
from betony.clinic.accounts.forms import doors
from betony.clinic.accounts.models import ROLE_CHOICES, Invitation, Organization, User
from betony.kit.ui.password_field import NewPasswordForm, PasswordField


class VersionedForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A form that carries the version of the record it was opened with. It never saves."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["version"].initial = self.instance.version

    def values(self) -> dict[str, Any]:
        """Return what the person entered, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def take_newer(self, record: Any) -> list[tuple[str, str]]:
        """Carry the newer version from now on; return (label, value as saved) of what differs from it.

        What the person typed stays in the form: sending it again overwrites knowingly.
        """
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(record.version)
        self.data = data
        saved = self._meta.model.objects.get(pk=record.pk)
        return [
            (str(self.fields[name].label), _as_shown(saved, name))
            for name, value in self.values().items()
            if getattr(saved, name) != value
        ]


def _as_shown(record: Any, name: str) -> str:
    show = getattr(record, f"get_{name}_display", None)
    return str(show() if show else getattr(record, name))


def time_zone_choices(present: str = "") -> list[tuple[str, str]]:
    """Return the time zones to choose from, and the present one whatever it is."""
    names = [*rules.TIME_ZONES, *([present] if present and present not in rules.TIME_ZONES else [])]
    return [(name, name.replace("_", " ")) for name in names]


class OrganizationForm(VersionedForm):
    """The clinic's own settings."""

    name = doors.NameField(label=_("Name"), max_length=120)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(one, one) for one in rules.CURRENCIES])
    idle_minutes = forms.IntegerField(
        label=_("Sign out after this many minutes without use"),
        min_value=rules.SHORTEST_IDLE_MINUTES,
        max_value=rules.LONGEST_IDLE_MINUTES,
        help_text=_("From 5 to 240. Everybody is signed out after 12 hours in any case."),
    )

    class Meta:
        model = Organization
        fields = ["name", "time_zone", "currency", "idle_minutes"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = time_zone_choices(self.instance.time_zone)


class NameForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A person's own name."""

    first_name = doors.NameField(label=_("First name"), max_length=80)
    last_name = doors.NameField(label=_("Last name"), max_length=80)

    class Meta:
        model = User
        fields = ["first_name", "last_name"]


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Whom to invite, and as what."""

    first_name = doors.NameField(label=_("First name"), max_length=80)
    last_name = doors.NameField(label=_("Last name"), max_length=80)
    email = doors.email_field(autocomplete="off", help_text=_("The invitation goes here."))
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *ROLE_CHOICES])

    class Meta:
        model = Invitation
        fields = ["first_name", "last_name", "email", "role"]

    def clean_email(self) -> str:
        return rules.normal_email(self.cleaned_data["email"])


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)


class ChangePasswordForm(NewPasswordForm):
    """The present password, and the new one twice."""

    present = PasswordField(label=_("Current password"))
    field_order = ["present", "password", "password_again"]
