"""What owners type to invite people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.dispensary.practices.models import PractitionerType
from betony.kit.ui.email_field import EmailField


class CredentialField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """A drop-down of credentials, by their whole names."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=PractitionerType.objects.order_by("description", "pk"), label=_("Credential"), **options
        )

    def label_from_instance(self, obj: PractitionerType) -> str:
        return f"{obj.description} ({obj.code})"


class InvitationForm(forms.Form):
    """Whom to invite. Without a credential they are staff."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = EmailField(label=_("Email"))
    practitioner_type = CredentialField(
        required=False,
        empty_label=_("None: office staff"),
        help_text=_("Only people with a credential can prescribe."),
    )
