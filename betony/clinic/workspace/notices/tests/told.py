"""What somebody is told of, as they see it, and something to tell them."""

from betony.clinic.prescriptions.models import Dispensary, PatientLink
from betony.clinic.workspace.notices import hearing, queries
from betony.kit import clock, tenancy


def notices(home, name="Alice"):
    """Return the member's notices as they see them."""
    with tenancy.organization(home.pk):
        return list(queries.shown_to(home.actor(name)).order_by("-happened_at"))


def unread(home, name="Alice"):
    with tenancy.organization(home.pk):
        return queries.standing(home.actor(name)).unread


def ask_who_is_who(home, number):
    """Open so many questions about who is who, and tell of each."""
    with tenancy.organization(home.pk):
        dispensary = Dispensary.objects.get(ended_at=None)
    for place in range(number):
        patient = home.patient(email=f"q{place}-{clock.now().timestamp()}@example.com")
        with tenancy.organization(home.pk):
            PatientLink.objects.create(
                organization_id=home.pk, dispensary=dispensary, patient=patient, state="question",
                created_at=clock.now(),
            )  # fmt: skip
        hearing.link_question_asked(home.pk)
