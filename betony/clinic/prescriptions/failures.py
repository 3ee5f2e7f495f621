"""Why something about a prescription cannot be done now; each is a sentence a page can show."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from betony.clinic.prescriptions import rules


class CannotDo(Exception):
    """The base of this module's refusals. `str()` is a sentence for the user."""

    sentence = _("That cannot be done right now.")

    def __init__(self, sentence: object = None) -> None:
        super().__init__(str(sentence or self.sentence))


class StateRefused(CannotDo):
    """The answer from the consent page is not one this user and browser asked for, or is too old."""

    sentence = _("That answer from Fullscript was unexpected. Start again from the patient's actions.")


class AnotherDispensary(CannotDo):
    """The organization is connected to a different dispensary."""


class HeldElsewhere(CannotDo):
    """The dispensary belongs to another clinic account."""

    sentence = _("This dispensary is already connected to another practice, so it was not connected here.")


class NobodyConnected(CannotDo):
    """The user has no live connection."""

    sentence = _("Connect to Fullscript first.")


class NotAllowedAsPractitioner(CannotDo):
    """The user may not prescribe as this practitioner, or the practitioner is gone."""

    sentence = _("Choose a practitioner you may prescribe for.")


class PatientCannotBeShared(CannotDo):
    """The patient is inactive, deceased, refused sharing or has no email; `reason` is the word of `rules` for it."""

    SENTENCES: ClassVar[Mapping[str, object]] = {
        rules.PATIENT_INACTIVE: _("%(name)s is inactive. Make the patient active first."),
        rules.PATIENT_DECEASED: _("%(name)s is recorded as deceased."),
        rules.PATIENT_REFUSED_SHARING: _(
            "%(name)s refused sharing with Fullscript. You can change that in the profile."
        ),
        rules.NO_EMAIL: _("%(name)s has no email, and Fullscript needs one. Add it in the profile."),
    }

    def __init__(self, reason: str, *, name: str) -> None:
        super().__init__(str(self.SENTENCES[reason]) % {"name": name})
        self.reason = reason


class AlreadyOnPrescription(CannotDo):
    sentence = _("This product is already on the prescription.")


class CannotBeOrdered(CannotDo):
    """The product is out of stock, discontinued or not permitted."""

    sentence = _("This product cannot be ordered now.")


class TooManyProducts(CannotDo):
    """The prescription is as long as one can be; `most` is how long that is."""

    def __init__(self, *, most: int) -> None:
        sentence = _(
            "A prescription can hold at most %(most)s products. Save this one, and put the others on another."
        )
        super().__init__(sentence % {"most": most})


class NothingToSend(CannotDo):
    sentence = _("Add a product before saving the prescription.")


class NotADraft(CannotDo):
    """Somebody else, or an earlier click, has already saved or discarded it."""

    sentence = _("This prescription is no longer a draft.")


class ChangedMeanwhile(CannotDo):
    sentence = _("This prescription was changed in another window. This is how it is now.")


class DraftChangedMeanwhile(CannotDo):
    """Another tab of the same person changed the draft; nothing was saved."""

    sentence = _(
        "This prescription was changed in another tab or window, so nothing was saved. This is how it is now, "
        "with what you typed: look at it once more."
    )


class TypedElsewhere(CannotDo):
    """Another tab of the same person typed into the same box; `theirs` is what stands there.

    `digest` is that of the warning when it is the box for a reason.
    """

    def __init__(self, *, theirs: str, digest: str = "") -> None:
        super().__init__(
            _("Something else was typed here in another tab or window. What you typed is not kept yet.")
        )
        self.theirs = theirs
        self.digest = digest


class ReasonTooLong(CannotDo):
    sentence = _("Keep each reason under 500 characters.")


class PrescriptionChangedMeanwhile(CannotDo):
    sentence = _(
        "This prescription was changed in the meantime, by a colleague or at Fullscript. Look at it again "
        "before you change it."
    )


class ChangeWaits(CannotDo):
    sentence = _("A change to this prescription is waiting to be sent. Wait until Fullscript has answered.")


class NothingChanged(CannotDo):
    sentence = _("Nothing is different from the prescription as it is now.")


class UnfinishedDraft(CannotDo):
    sentence = _(
        "You have an unfinished prescription for this patient. Save or discard it first, then change this one."
    )


class IsCancelled(CannotDo):
    sentence = _("This prescription was cancelled.")


class ReachedAnother(CannotDo):
    """It was sent to somebody at the dispensary before the two were unlinked."""

    sentence = _(
        "This prescription reached somebody at Fullscript who is not linked to this patient. It can only be "
        "cancelled."
    )


class BelongsElsewhere(CannotDo):
    sentence = _("This prescription belongs to a dispensary that is no longer connected.")


class MayHaveArrived(CannotDo):
    """Sending began, and whether it arrived is not known."""

    sentence = _(
        "Fullscript may already have this prescription: it was sent, but no answer came back. It can be changed "
        "or cancelled once Fullscript has answered."
    )


class NotYours(CannotDo):
    """Somebody else's prescription, for a prescriber the user may not write for."""

    sentence = _(
        "Only its author, and those who may write for its prescriber, can change or cancel this prescription."
    )


class NotWaiting(CannotDo):
    sentence = _("Only a prescription that was not sent can be tried again.")


class NotSentYet(CannotDo):
    sentence = _("This prescription has not reached Fullscript yet.")


class NotLinked(CannotDo):
    sentence = _("This patient is no longer linked. This is how it is now.")


class AnsweredMeanwhile(CannotDo):
    """Somebody else answered first; their answer stands."""

    sentence = _("Somebody answered this a moment ago. This is how it is now.")


class NotAllAnswered(CannotDo):
    """Somebody there may still be the patient, so no other email is taken."""

    sentence = _("First answer for each person whether they are the same.")


class OnTheWayDiffers(CannotDo):
    """Sending began, or something arrived, after the dialog was drawn."""

    sentence = _(
        "What is on its way to Fullscript changed while you were deciding. Nothing was unlinked. This is how it "
        "is now."
    )


class DispensaryLeft(CannotDo):
    """The link was made at a dispensary that nobody of the clinic is connected to any more."""

    sentence = _(
        "This link was made at a dispensary your practice is no longer connected to, so it is not made again. "
        "Connect to that dispensary first."
    )


class LinkedToAnother(CannotDo):
    """The person there is already linked to another patient here."""

    sentence = _(
        "That person is already linked to another patient here. If that is wrong, undo that link first."
    )


class NoEmailHere(CannotDo):
    sentence = _("There is no email here to update it with. Add one in the profile.")


class EmailUpdateUnderWay(CannotDo):
    sentence = _("The email is being updated at Fullscript. Change it once Fullscript has answered.")


class EmailOfAnother(CannotDo):
    """The email for Fullscript is another patient's here, or the one that is somebody else's there."""

    sentence = _("Another patient here goes by this email. Use one that is this patient's alone.")


class MustBeAcknowledged(CannotDo):
    """A severe warning has no reason yet; nothing was saved."""

    def __init__(self, *, count: int) -> None:
        super().__init__(
            ngettext(
                "%(count)s severe warning needs a reason before this prescription can be saved.",
                "%(count)s severe warnings need a reason before this prescription can be saved.",
                count,
            )
            % {"count": count}
        )


class NewWarning(CannotDo):
    """A severe warning came up after the prescription was written, so it is not sent again as it is."""

    sentence = _(
        "A severe warning has come up since this was written, so it is not sent again as it is. "
        "Write it again to see the warning and give a reason."
    )
