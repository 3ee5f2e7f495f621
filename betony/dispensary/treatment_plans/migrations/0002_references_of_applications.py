"""What applications know a plan by belongs to each application, also on plans that another one or nobody made."""

import django.db.models.deletion
from django.db import migrations, models

import betony.kit.identifiers
import betony.kit.tenancy.models
from betony.kit.tenancy import operations

COPY = """
    insert into dispensary_treatment_plans_planreference
        (id, organization_id, plan_id, application_id, value, updated_at)
    select gen_random_uuid(), organization_id, id, application_id, metadata_id, now()
      from dispensary_treatment_plans_treatmentplan
     where metadata_id <> '' and application_id is not null
"""
TABLE = "dispensary_treatment_plans_treatmentplan"


class Migration(migrations.Migration):
    dependencies = [
        ("dispensary_accounts", "0002_confirmed_emails"),
        ("dispensary_treatment_plans", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanReference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=betony.kit.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("value", models.CharField(max_length=255)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="dispensary_accounts.application",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispensary_accounts.organization",
                    ),
                ),
                (
                    "plan",
                    betony.kit.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references",
                        to="dispensary_treatment_plans.treatmentplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "plan"), name="one_reference_an_application_and_plan"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "application", "value"),
                        name="plan_reference_once_an_application",
                    ),
                ],
            },
        ),
        operations.SecureTable("PlanReference"),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="treatmentplan", name="plan_metadata_once_an_application"),
        # The column is forgotten here and dropped by the next release: servers of the last one still write it.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"alter table {TABLE} alter column metadata_id set default ''",
                    f"alter table {TABLE} alter column metadata_id drop default",
                )
            ],
            state_operations=[migrations.RemoveField(model_name="treatmentplan", name="metadata_id")],
        ),
    ]
