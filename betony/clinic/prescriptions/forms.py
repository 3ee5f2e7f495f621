"""Parsing what people type into the writer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from betony.clinic.prescriptions import checking, failures, questions, rules, seen
from betony.clinic.prescriptions.actions import acknowledging
from betony.clinic.prescriptions.actions.writing import Directions
from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import DispensaryPractitioner, PrescriptionItem
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.words import LINK_REASONS, NOT_UNDERSTOOD
from betony.clinic.safety.rules import servings
from betony.kit.ui.lines_field import LinesField, plain_line_ends

REASON = "reason-"
# What stood in a box when the page was drawn goes with it under the same name with this before it.
SEEN = "seen_"


def _suggesting(list_id: str) -> forms.TextInput:
    """Return a text box with the suggestions of a datalist beside it."""
    return forms.TextInput(attrs={"list": list_id, "autocomplete": "off"})


class DirectionsForm(forms.Form):
    """How a product is taken, and how much of it is bought."""

    amount = forms.CharField(label=_("Amount"), max_length=80, required=False)
    frequency = forms.CharField(
        label=_("Frequency"), max_length=80, required=False, widget=_suggesting("frequencies")
    )
    duration = forms.CharField(
        label=_("Duration"), max_length=80, required=False, widget=_suggesting("durations")
    )
    time_of_day = forms.CharField(
        label=_("Time of day"), max_length=120, required=False, widget=_suggesting("times-of-day")
    )
    take_with = forms.CharField(
        label=_("Take with"), max_length=80, required=False, widget=_suggesting("take-with")
    )
    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=99,
        initial=1,
        error_messages={
            "required": _("Say how many to buy: a whole number from 1 to 99."),
            "invalid": _("Use a whole number from 1 to 99."),
            "min_value": _("Use a whole number from 1 to 99."),
            "max_value": _("Use a whole number from 1 to 99."),
        },
    )
    refill = forms.BooleanField(label=_("Refill"), required=False)
    additional_info = forms.CharField(
        label=_("Additional instructions"), max_length=1000, required=False, widget=forms.TextInput()
    )
    format = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput())

    def directions(self) -> Directions:
        """Return the cleaned values; several times of day are separated by commas."""
        values = dict(self.cleaned_data)
        times = _times_of_day(values.pop("time_of_day"))
        return Directions(time_of_day=tuple(one[:40] for one in times)[:10], **values)

    def as_it_stands(self) -> servings.Directions:
        """Return how the product is taken as the fields stand: as typed, or as they start."""
        said = {
            name: str(self[name].value() or "") for name in ("amount", "format", "frequency", "time_of_day")
        }
        return servings.Directions(times_of_day=_times_of_day(said.pop("time_of_day")), **said)


def typed_directions(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the directions as they were typed, looked at by nobody yet; none when they were not sent."""
    if "amount" not in data:
        return {}
    typed = {name: str(data[name]) for name in DirectionsForm.base_fields if name in data}
    return typed | {"refill": "refill" in data}


class SizeForm(forms.Form):
    """Which size of a product. One that the dispensary does not offer (any more) is never taken for another."""

    variant = forms.ChoiceField(
        label=_("Size"),
        error_messages={
            "required": _("Choose a size."),
            "invalid_choice": _("This size is no longer offered. Choose another."),
        },
    )

    def __init__(self, asked: str | None, *, sizes: Sequence[tuple[str, str]]) -> None:
        """`asked` is the size that was sent; without one the first stands for the product, as in the results."""
        chosen = sizes[0][0] if asked is None else asked
        super().__init__({"variant": chosen}, auto_id="writer-%s")
        is_known = chosen in {one for one, _label in sizes}
        self.fields["variant"].choices = list(sizes) if is_known else [("", _("Choose a size")), *sizes]  # type: ignore[attr-defined]
        self.is_asked = len(sizes) > 1 or not is_known

    def chosen(self) -> str:
        """Return the size that is chosen, or nothing while it has to be chosen again."""
        return str(self.cleaned_data["variant"]) if self.is_valid() else ""


def _times_of_day(typed: str) -> tuple[str, ...]:
    return tuple(time for one in typed.split(",") if (time := one.strip()))


class MessageForm(forms.Form):
    """The message to the patient."""

    message = LinesField(
        label=_("Message to patient"),
        max_length=5000,
        required=False,
        rows=4,
        error_messages={"max_length": _("Keep the message under 5,000 characters.")},
    )


class CancelForm(forms.Form):
    """Why a prescription is cancelled, and the version that was looked at."""

    why = LinesField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Kept in the chart. Fullscript and the patient do not see it."),
        error_messages={
            "required": _("Say why the prescription is cancelled."),
            "max_length": _("Keep the reason under 500 characters."),
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput())


class ReasonsForm(forms.Form):
    """Why what somebody was severely warned of is prescribed all the same: a field a warning, by its digest."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, severe: Iterable[checking.Warned],
        typed: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """`data` is looked at, and what is missing is said; `typed` only stands in the boxes."""
        super().__init__(data, initial=dict(typed.items()) if typed else None, auto_id="reason_%s")
        for one in severe:
            self.fields[REASON + one.digest] = LinesField(
                label=gettext("Reason to prescribe %(left)s with %(right)s")
                % {"left": one.finding.left, "right": one.finding.right},
                max_length=acknowledging.LONGEST_REASON,
                initial=one.acknowledgement.reason if one.acknowledgement else "",
                rows=2,
                error_messages={
                    "required": _("Give a reason first."),
                    "max_length": failures.ReasonTooLong.sentence,
                },
            )


def reasons_in(data: Mapping[str, Any], *, prefix: str = REASON) -> dict[str, str]:
    """Return the reasons that were sent, by the digest of their warning."""
    return {key.removeprefix(prefix): str(data[key]) for key in data if key.startswith(prefix)}


def seen_in(data: Mapping[str, Any]) -> seen.Seen | None:
    """Return what the page that sent this showed of the draft; None for a page that does not say."""
    version = str(data.get("seen_version", ""))
    if not (version.isascii() and version.isdecimal()):
        return None
    return seen.Seen(
        version=int(version),
        message=plain_line_ends(str(data.get("seen_message", ""))),
        reasons=reasons_in(data, prefix=SEEN + REASON),
    )


class UnlinkForm(forms.Form):
    """The prescriptions that the dialog said to be on their way: their ids, with commas between."""

    on_the_way = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput())

    def clean_on_the_way(self) -> list[UUID]:
        try:
            return [UUID(one) for one in self.cleaned_data["on_the_way"].split(",") if one]
        except ValueError as error:
            raise forms.ValidationError(NOT_UNDERSTOOD) from error


class AnswerForm(forms.Form):
    """What somebody says about two people, and what had been said when the page was drawn."""

    answer = forms.ChoiceField(choices=Answer.choices)
    seen = forms.ChoiceField(choices=[("", ""), *Answer.choices], required=False)


class EmailForFullscriptForm(forms.Form):
    """The email a patient goes by at the dispensary alone."""

    email = forms.EmailField(
        label=_("Email for Fullscript"),
        max_length=254,
        help_text=_("Used at Fullscript only. The email in the chart stays as it is."),
        error_messages={
            "required": _("Enter the email this patient should have at Fullscript."),
            "invalid": _("Enter a complete email address, like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ConfirmListForm(forms.Form):
    """Which questions **Patients to confirm** shows."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("answer", _("To answer")), ("email", _("Need another email"))],
    )
    reason = forms.ChoiceField(label=_("Reason"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(name, capfirst(words)) for name, words in LINK_REASONS.items()]
        self.fields["reason"].choices = [("", _("Any reason")), *reasons]  # type: ignore[attr-defined]

    def listing(self) -> questions.Listing:
        """Return what was chosen; what cannot be read counts as not chosen."""
        self.is_valid()
        return questions.Listing(
            kind=self.cleaned_data.get("show") or "answer", reason=self.cleaned_data.get("reason", "")
        )


class PractitionerForm(forms.Form):
    """Whom the user prescribes as."""

    practitioner = forms.TypedChoiceField(
        label=_("Fullscript practitioner"),
        coerce=UUID,
        error_messages={
            "required": _("Choose a practitioner."),
            "invalid_choice": _("That practitioner is not on the list any more. Choose again."),
        },
    )

    def __init__(self, *args: Any, people: list[DispensaryPractitioner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].choices = [(str(one.pk), one.full_name) for one in people]  # type: ignore[attr-defined]


def directions_from_dosage(dosage: shapes.Dosage | None) -> dict[str, Any]:
    """Return the form's first values from a saved or label dosage."""
    if dosage is None:
        return {"quantity": 1}
    return {
        "amount": dosage.amount,
        "frequency": dosage.frequency,
        "duration": dosage.duration,
        "format": dosage.format,
        "time_of_day": ", ".join(dosage.time_of_day),
        "additional_info": dosage.additional_info,
        "quantity": 1,
    }


def directions_of_item(item: PrescriptionItem) -> dict[str, Any]:
    """Return the form's values for a product that is already on a draft."""
    names = [name for name in DirectionsForm.base_fields if name != "time_of_day"]
    return {name: getattr(item, name) for name in names} | {"time_of_day": ", ".join(item.time_of_day)}


SUGGESTIONS = {
    "frequencies": rules.FREQUENCIES,
    "durations": rules.DURATIONS,
    "times-of-day": rules.TIMES_OF_DAY,
    "take-with": rules.TAKE_WITH,
}
