"""What people type to sign in, and to choose a password."""

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.kit.ui.email_field import EmailField
from betony.kit.ui.password_field import PasswordField


class SignInForm(forms.Form):
    """An email and a password. The email is not checked for form: a wrong one simply does not match."""

    email = forms.CharField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = PasswordField()


class OwnPasswordForm(forms.Form):
    """The password of whoever says that something is theirs."""

    password = PasswordField()


class EmailForm(forms.Form):
    """Where to send a link."""

    email = EmailField(label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
