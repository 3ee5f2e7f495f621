"""Forms for people who are not signed in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.clinic.accounts import rules
from betony.kit.ui.email_field import EmailField
from betony.kit.ui.password_field import NewPasswordForm, PasswordField


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
    """Email and password. What is typed wrongly is simply a wrong pair, so nothing else is checked."""

    email = forms.CharField(
        label=_("Email"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )  # fmt: skip
    password = PasswordField()


class EmailForm(forms.Form):
    """Where to send a link."""

    email = email_field()


class JoinForm(NewPasswordForm):
    """A name and a first password, for somebody who was invited."""

    first_name = NameField(label=_("First name"), max_length=80)
    last_name = NameField(label=_("Last name"), max_length=80)
    field_order = ["first_name", "last_name", "password", "password_again"]


class JoinWithPasswordForm(forms.Form):
    """The password of somebody who was invited and has a sign-in already."""

    password = PasswordField()
