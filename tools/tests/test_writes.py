"""The write rule catches what it must and leaves alone what it must not catch."""

import pytest

from tools import tree, writes

CAUGHT = [
    "patient.save()",
    'patient.save(update_fields=["email"])',
    "form.save(commit=False)",
    "await patient.asave()",
    'models.Patient.objects.create(first_name="June")',
    "models.Patient.objects.for_organization(organization_id).create(**values)",
    "models.Patient.objects.filter(id=one).update(is_active=False)",
    "models.Patient.objects.filter(id=one).delete()",
    "patient.delete()",
    "await models.Patient.objects.filter(id=one).adelete()",
    "models.Patient.objects.bulk_create(rows)",
    "models.Patient.objects.bulk_update(rows, fields)",
    "models.Patient.objects.get_or_create(email=email)",
    "models.Patient.objects.update_or_create(email=email, defaults={})",
    'cursor.execute("update clinic_patients_patient set email = %s", [email])',
    'cursor.execute("INSERT INTO clinic_patients_tag values (%s)", [name])',
    'cursor.execute(f"delete from {table}")',
    'connection.execute("""\n    truncate clinic_patients_tag\n""")',
]

LEFT_ALONE = [
    "context.update(extra)",
    "digest.update(chunk)",
    "seen.update({one, two})",
    'client.delete("/api/patients/")',
    "cache.delete(key)",
    "database.create()",
    'response.delete_cookie("betony_clinic")',
    "actions.save_patient(by=actor, patient=patient)",
    "models.Patient.objects.filter(id=one)",
    'cursor.execute("select id from clinic_patients_patient")',
    'def save_profile():\n    """Update the set of tags."""',
    'label = "Update your e-mail"',
    'label = "Delete from the list"',
]


@pytest.mark.parametrize("source", CAUGHT)
def test_a_write_is_caught(source):
    assert list(writes.writes_in(source))


@pytest.mark.parametrize("source", LEFT_ALONE)
def test_what_only_looks_like_a_write_is_left_alone(source):
    assert list(writes.writes_in(source)) == []


@pytest.mark.parametrize(
    "name",
    [
        "betony/clinic/patients/actions.py",
        "betony/clinic/prescriptions/actions/send.py",
        "betony/clinic/patients/migrations/0001_patients.py",
        "betony/clinic/patients/tests/factories.py",
        "betony/clinic/patients/tests/test_adding_a_patient.py",
        "betony/dispensary/catalog/demo/load.py",
        "betony/kit/audit/trail.py",
    ],
)
def test_a_place_for_writes_may_write(name):
    assert writes.may_write(name)


@pytest.mark.parametrize(
    "name",
    [
        "betony/clinic/patients/views.py",
        "betony/clinic/patients/forms.py",
        "betony/clinic/patients/queries.py",
        "betony/clinic/patients/models.py",
        "betony/clinic/prescriptions/jobs.py",
        "betony/clinic/patients/templatetags/banner.py",
        "betony/kit/routes.py",
    ],
)
def test_everywhere_else_a_write_is_a_finding(name):
    found = list(writes.check(tree.ROOT / name, "patient.save()"))
    assert [finding.line for finding in found] == [1]
    assert "actions" in found[0].sentence
