"""The form field for a password, and the form that asks for a new one twice."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

LONGEST = 256
HINT = _("At least 10 characters. Three or four words that only you would put together work well.")


class PasswordField(forms.CharField):
    """A password: its spaces are part of it, and it never stands in a page that is drawn again."""

    def __init__(self, *, is_new: bool = False, **options: Any) -> None:
        options.setdefault("label", _("Password"))
        options.setdefault("help_text", HINT if is_new else "")
        autocomplete = "new-password" if is_new else "current-password"
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, max_length=LONGEST, widget=widget, **options)


class NewPasswordForm(forms.Form):
    """A new password, twice. With its `owner` it is held against the rules and what is known of that person."""

    password = PasswordField(label=_("New password"), is_new=True)
    password_again = PasswordField(label=_("New password again"), is_new=True, help_text="")

    def __init__(self, *arguments: Any, owner: Any = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._owner = owner

    def clean_password(self) -> str:
        """Refuse a password that is too short, common, or like the owner's own name."""
        password = str(self.cleaned_data["password"])
        if self._owner is not None:
            password_validation.validate_password(password, self._owner)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        values = super().clean() or {}
        first, second = values.get("password"), values.get("password_again")
        if first and second and first != second:
            self.add_error("password_again", _("The two passwords are not the same."))
        return values
