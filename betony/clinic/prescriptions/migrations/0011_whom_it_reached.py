"""Whose a prescription is at the dispensary, whether a mail was asked not to be sent, and products listed twice."""

from django.db import migrations, models

# What was brought in came by a link; what was sent from here went to whom the patient was linked then.
WHOSE = """
    update clinic_prescriptions_prescription as prescription
       set remote_patient_id = link.remote_id
      from clinic_prescriptions_patientlink as link
     where link.id = prescription.brought_by_id and link.remote_id is not null
       and prescription.remote_id is not null
"""
WHOM = """
    update clinic_prescriptions_prescription as prescription
       set remote_patient_id = coalesce((
               select link.remote_id
                 from clinic_prescriptions_patientlink as link
                where link.patient_id = prescription.patient_id
                  and link.dispensary_id = prescription.dispensary_id
                  and link.remote_id is not null
                  and (link.ended_at is null or link.ended_at > prescription.sent_at)
                order by link.is_for_writing desc, link.linked_at nulls last, link.id
                limit 1
           ), '')
     where prescription.brought_by_id is null and prescription.remote_id is not null
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic_prescriptions", "0010_unlinking_on_the_way"),
    ]

    operations = [
        migrations.AddField(
            model_name="prescription",
            name="remote_patient_id",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="prescription",
            name="is_without_mail",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="prescriptionitem",
            name="line",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.RemoveConstraint(
            model_name="prescriptionitem",
            name="item_once_per_prescription",
        ),
        migrations.AddConstraint(
            model_name="prescriptionitem",
            constraint=models.UniqueConstraint(
                fields=("prescription", "variant_id", "line"), name="item_once_per_line"
            ),
        ),
        # Rows changed and tables altered in one transaction: the references are looked at now.
        migrations.RunSQL([WHOSE, WHOM, "set constraints all immediate"], migrations.RunSQL.noop),
    ]
