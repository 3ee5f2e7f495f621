"""Forms of the inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from betony.clinic.workspace.notices import rules
from betony.clinic.workspace.notices.rules import Kind

LABELS = {
    Kind.NOT_SENT: _("A prescription of mine was not sent"),
    Kind.CHANGE_NOT_SENT: _("A change to a prescription that I asked for was not sent"),
    Kind.TAKEN_BACK: _("A prescription of mine reached Fullscript by mistake and was taken back"),
    Kind.CONNECTION_BROKE: _("My Fullscript connection stopped working"),
    Kind.TO_CONFIRM: _("There are patients to confirm"),
    Kind.NOBODY_CONNECTED: _("Nobody is connected to Fullscript any more"),
}


class SeenForm(forms.Form):
    """Until when the list that somebody saw goes."""

    until = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])


class MailsForm(forms.Form):
    """About which kinds of notices somebody wants mails."""

    def __init__(self, data: object, *, kinds: list[Kind], wishes: dict[str, bool]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the request's own
        self.kinds = kinds
        for kind in kinds:
            self.fields[kind.value] = forms.BooleanField(
                label=LABELS[kind], required=False, initial=rules.is_mailed(kind, wishes)
            )

    def wanted(self) -> dict[Kind, bool]:
        return {kind: self.cleaned_data[kind.value] for kind in self.kinds}
