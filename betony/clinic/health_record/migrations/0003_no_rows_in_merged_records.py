"""No row may land in the record of a patient who was merged into another."""

from django.db import migrations

from betony.clinic.patients.merging.operations import RefuseMerged


class Migration(migrations.Migration):
    dependencies = [("clinic_health_record", "0002_conditions"), ("clinic_patients", "0002_merges")]

    operations = [
        RefuseMerged("Allergy"),
        RefuseMerged("MedicationStatement"),
        RefuseMerged("Condition"),
    ]
