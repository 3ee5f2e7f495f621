"""Two at once, and who may: changes and cancellations of what was sent (story 5.10)."""

import dataclasses

import pytest

from betony.clinic.prescriptions import failures, jobs
from betony.clinic.prescriptions.actions import writing
from betony.clinic.prescriptions.models import (
    DispensaryPractitioner,
)
from betony.clinic.prescriptions.tests import cast, changes, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


def test_while_one_waits_nobody_asks_for_another(home, sent):
    changes.revise(home, sent)
    for ask in (changes.begin, changes.revise, changes.cancel):
        with pytest.raises(failures.ChangeWaits):
            ask(home, sent)


def test_of_two_users_the_second_is_told(home, sent, carol):
    cast.connect(home, "Amir")
    home.delegate(practitioner="Alice", to="Amir")
    first, second = changes.begin(home, sent), changes.begin(home, sent, "Amir")
    with tenancy.organization(home.pk):
        for name, draft, quantity in (("Alice", first, 5), ("Amir", second, 7)):
            wanted = dataclasses.replace(cast.DIRECTIONS, quantity=quantity)
            writing.change_product(by=home.actor(name), item=draft.items.get(), directions=wanted)
    changes.save(home, first)
    with pytest.raises(failures.ChangeWaits):
        changes.save(home, second, "Amir")
    worker.work()
    with pytest.raises(failures.PrescriptionChangedMeanwhile):
        changes.save(home, second, "Amir")
    assert changes.items(home, sent) == [("Zinc Picolinate 30 mg", 5)]


def test_a_cancellation_upon_what_has_changed_is_told(home, sent):
    seen = cast.now(home, sent).version
    home.there.place_order(changes.there(home))
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with pytest.raises(failures.PrescriptionChangedMeanwhile):
        changes.cancel(home, sent, version=seen)


def test_two_clicks_make_one_change(at_once):
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    carol = home.patient()
    cast.link(home, carol)
    worker.work()
    sent = cast.save(home, cast.draft(home, carol))
    worker.work()
    results = at_once(*[lambda: changes.cancel(home, cast.now(home, sent))] * 3)
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 2
    assert {type(one) for one in refused} <= {failures.ChangeWaits, failures.PrescriptionChangedMeanwhile}
    worker.work()
    assert changes.calls(home, "PATCH") == 1


def test_only_who_may_prescribe_for_the_prescriber_changes(home, sent):
    cast.connect(home, "Nina")
    cast.connect(home, "Amir")
    for name in ("Nina", "Amir"):
        with pytest.raises(failures.NotAllowedAsPractitioner):
            changes.begin(home, sent, name)
        with pytest.raises(failures.NotAllowedAsPractitioner):
            changes.cancel(home, sent, name)
    home.delegate(practitioner="Alice", to="Amir")
    assert changes.cancel(home, sent, "Amir").asked_by_name == "Amir Archer"


def test_rights_are_looked_at_again_before_sending(home, sent):
    change = changes.revise(home, sent)
    with tenancy.organization(home.pk):
        DispensaryPractitioner.objects.update(removed_at=sent.written_at)
    worker.work()
    assert (cast.now(home, change).state, cast.now(home, change).reason) == ("not_sent", "prescriber_removed")
    assert changes.calls(home, "PATCH") == 0
