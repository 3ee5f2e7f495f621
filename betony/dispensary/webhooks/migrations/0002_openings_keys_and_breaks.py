"""Events for one application, openings for those who ask, failures without a break; product.created never happened."""

import django.db.models.deletion
from django.db import migrations, models

EVENT_TYPES = (
    "patient.created",
    "patient.updated",
    "treatment_plan.created",
    "treatment_plan.updated",
    "treatment_plan.recommendation.updated",
    "order.placed",
    "product.updated",
    "clinic_key.activated",
    "clinic_key.revoked",
)
NO_LONGER_CHOSEN = """
    update dispensary_webhooks_endpoint set event_types = array_remove(event_types, 'product.created')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dispensary_accounts", "0002_confirmed_emails"),
        ("dispensary_webhooks", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(NO_LONGER_CHOSEN, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="event", name="event_type_is_known"),
        migrations.AddField(
            model_name="endpoint",
            name="hears_of_openings",
            field=models.BooleanField(
                default=False, verbose_name="Send an event when a patient first opens a plan"
            ),
        ),
        migrations.AddField(
            model_name="endpoint", name="last_failed_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(model_name="event", name="is_opening", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="event",
            name="only_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="dispensary_accounts.application",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", EVENT_TYPES)), name="event_type_is_known"
            ),
        ),
    ]
