"""What developers type about their webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.dispensary.webhooks import rules
from betony.dispensary.webhooks.actions import EndpointValues
from betony.dispensary.webhooks.models import Endpoint


class WebhookForm(forms.Form):
    """Where an application hears of events, of which, and how."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    challenge_token = forms.CharField(
        label=_("Challenge token"), max_length=200, required=False,
        help_text=_("The address answers with it."),
    )  # fmt: skip
    event_types = forms.MultipleChoiceField(
        label=_("Events"), choices=[(one, one) for one in rules.EVENT_TYPES], initial=list(rules.EVENT_TYPES),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    is_two_step = forms.BooleanField(label=_("Ask for the challenge first"), required=False)
    is_wrapped = forms.BooleanField(label=_("Wrap the event in event_payload"), required=False)
    hears_of_openings = forms.BooleanField(
        label=_("Send an event when a patient first opens a plan"), required=False,
        help_text=_("It comes as treatment_plan.updated, which Fullscript sends for cancellations only."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, endpoint: Endpoint | None) -> None:
        names = ("url", "event_types", "is_two_step", "is_wrapped", "hears_of_openings")
        kept = {name: getattr(endpoint, name) for name in names} if endpoint else None
        super().__init__(data, initial=kept)
        token = self.fields["challenge_token"]
        token.required = endpoint is None
        if endpoint is not None:
            token.help_text = _("The address answers with it. Leave it empty to keep the current one.")

    def values(self) -> EndpointValues:
        """What was typed."""
        return EndpointValues(**self.cleaned_data)
