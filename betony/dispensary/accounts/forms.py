"""What people type to sign in, and to choose a password."""

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.kit.ui.email_field import EmailField


class SignInForm(forms.Form):
    """An e-mail and a password. The e-mail is not checked for form: a wrong one simply does not match."""

    email = forms.CharField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OwnPasswordForm(forms.Form):
    """The password of whoever says that something is theirs."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class EmailForm(forms.Form):
    """Where to send a link."""

    email = EmailField(label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters, not one that many people use."),
    )
    repeated = forms.CharField(
        label=_("New password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, str]:
        values: dict[str, str] = super().clean() or {}
        if values.get("password") and values.get("repeated") and values["password"] != values["repeated"]:
            self.add_error("repeated", _("The two passwords are not the same."))
        return values
