"""Forms for people who are not signed in."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from betony.clinic.accounts import rules
from betony.clinic.accounts.models import User
from betony.kit.ui.email_field import EmailField

LONGEST_PASSWORD = 256


def password_field(label: Any, *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """Return a field for a password; its spaces are part of it."""
    return forms.CharField(
        label=label, strip=False, max_length=LONGEST_PASSWORD, help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )  # fmt: skip


def email_field(*, autocomplete: str = "username", help_text: Any = "") -> EmailField:
    return EmailField(
        label=_("Email"), help_text=help_text,
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete, "autocapitalize": "none"}),
    )  # fmt: skip


class NameField(forms.CharField):
    """A name: one line, single spaces."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return rules.one_line(text) if text else text


class SignInForm(forms.Form):
    """E-mail and password. What is typed wrongly is simply a wrong pair, so nothing else is checked."""

    email = forms.CharField(
        label=_("Email"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )  # fmt: skip
    password = password_field(_("Password"), autocomplete="current-password")


class EmailForm(forms.Form):
    """Where to send a link."""

    email = email_field()


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = password_field(
        _("New password"), autocomplete="new-password",
        help_text=_("At least 10 characters. Three or four words that only you would put together work well."),
    )  # fmt: skip
    password_again = password_field(_("New password again"), autocomplete="new-password")

    def __init__(self, *arguments: Any, user: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self._user)
        return password

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, second = values.get("password"), values.get("password_again")
        if first and second and first != second:
            self.add_error("password_again", _("The two passwords are not the same."))
        return values


class JoinForm(NewPasswordForm):
    """A name and a first password, for somebody who was invited."""

    first_name = NameField(label=_("First name"), max_length=80)
    last_name = NameField(label=_("Last name"), max_length=80)
    field_order = ["first_name", "last_name", "password", "password_again"]


class JoinWithPasswordForm(forms.Form):
    """The password of somebody who was invited and has a sign-in already."""

    password = password_field(_("Password"), autocomplete="current-password")
