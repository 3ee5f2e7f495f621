"""What applications know a person by belongs to each application, as for patients."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import betony.kit.identifiers
import betony.kit.tenancy.models
from betony.kit.tenancy import operations

# Until now every application saw the same id, so each that is let in there keeps it.
COPY = """
    insert into dispensary_practices_personreference
        (id, organization_id, user_id, application_id, value, updated_at)
    select gen_random_uuid(), person.organization_id, person.user_id, integration.application_id,
           person.metadata_id, now()
      from dispensary_practices_{table} person
      join dispensary_accounts_integration integration
        on integration.organization_id = person.organization_id
     where person.metadata_id <> ''
"""


def _column_goes_later(table: str, model: str) -> migrations.SeparateDatabaseAndState:
    """Forget the column here and leave it to the next release to drop: servers of the last one still write it."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"alter table dispensary_practices_{table} alter column metadata_id set default ''",
                f"alter table dispensary_practices_{table} alter column metadata_id drop default",
            )
        ],
        state_operations=[migrations.RemoveField(model_name=model, name="metadata_id")],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("dispensary_accounts", "0002_confirmed_emails"),
        ("dispensary_practices", "0002_email_once_a_dispensary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonReference",
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
                    "user",
                    betony.kit.tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "application", "value"], name="person_by_reference")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "user"), name="one_reference_an_application_and_person"
                    )
                ],
            },
        ),
        operations.SecureTable("PersonReference"),
        migrations.RunSQL(COPY.format(table="practitioner"), migrations.RunSQL.noop),
        migrations.RunSQL(COPY.format(table="staff"), migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="practitioner", name="practitioner_by_metadata"),
        migrations.RemoveIndex(model_name="staff", name="staff_by_metadata"),
        _column_goes_later("practitioner", "practitioner"),
        _column_goes_later("staff", "staff"),
    ]
