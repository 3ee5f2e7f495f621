"""Migration operations that put the organization's locks on a table."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from betony.kit.tenancy.models import TenantForeignKey

CURRENT_ORGANIZATION = "(select nullif(current_setting('betony.organization', true), '')::uuid)"


def application_role() -> str:
    """Return the name of the role the application connects as."""
    return str(settings.DATABASES["default"]["USER"])


class TableOperation(Operation):
    """An operation on the table of one model, which leaves Django's picture of the model as it is."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model stays as it is."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in self.statements(model, schema_editor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        for statement in self.undo_statements(model, schema_editor):
            schema_editor.execute(statement, params=None)

    def statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        raise NotImplementedError

    def undo_statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        yield from ()


def _migration_role(editor: BaseDatabaseSchemaEditor) -> str:
    with editor.connection.cursor() as cursor:
        cursor.execute("select current_user")
        row = cursor.fetchone()
    assert row is not None  # noqa: S101  (current_user always answers)
    return str(row[0])


class SecureTable(TableOperation):
    """Force row-level security on the table, and give it the keys that carry the organization.

    `shared_rows`: rows without an organization may be inserted (never read) by the application, for
    events that happen before an organization is known.
    """

    def __init__(self, model_name: str, *, shared_rows: bool = False) -> None:
        super().__init__(model_name)
        self.shared_rows = shared_rows

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {"shared_rows": True} if self.shared_rows else {}
        return (self.__class__.__name__, [self.model_name], options)

    def describe(self) -> str:
        return f"Secure the table of {self.model_name}"

    def statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        table, name = editor.quote_name(model._meta.db_table), model._meta.db_table
        application = editor.quote_name(application_role())
        owner = editor.quote_name(_migration_role(editor))
        mine = f"organization_id = {CURRENT_ORGANIZATION}"
        check = f"({mine} or organization_id is null)" if self.shared_rows else mine
        yield f"alter table {table} enable row level security"
        yield f"alter table {table} force row level security"
        yield f"create policy own_rows on {table} to {application} using ({mine}) with check ({check})"
        yield f"create policy migration_role on {table} to {owner} using (true) with check (true)"
        if not self.shared_rows:
            yield (
                f"alter table {table} add constraint {editor.quote_name(_short(name, 'org_id'))} "
                "unique (organization_id, id)"
            )
        yield from _foreign_keys(model, editor, model._meta.local_fields)

    def undo_statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        table = editor.quote_name(model._meta.db_table)
        yield f"drop policy own_rows on {table}"
        yield f"drop policy migration_role on {table}"
        yield f"alter table {table} disable row level security"


class SecureForeignKeys(TableOperation):
    """Add the composite foreign keys for the named fields, for fields that came after the table."""

    def __init__(self, model_name: str, *fields: str) -> None:
        super().__init__(model_name)
        self.fields = fields

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model_name, *self.fields], {})

    def describe(self) -> str:
        return f"Secure the references of {self.model_name}"

    def statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        chosen = [model._meta.get_field(name) for name in self.fields]
        yield from _foreign_keys(model, editor, chosen)


class InsertOnly(TableOperation):
    """Refuse update and delete of the table's rows to everybody, by grant and by trigger."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model_name], {})

    def describe(self) -> str:
        return f"Make {self.model_name} insert-only"

    def statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        table = editor.quote_name(model._meta.db_table)
        yield f"revoke update, delete on {table} from {editor.quote_name(application_role())}"
        yield (
            "create or replace function betony_refuse_change() returns trigger language plpgsql "
            "set search_path = pg_catalog as $$ begin "
            "raise exception 'rows of % are never changed or deleted', tg_table_name; end $$"
        )
        yield (
            f"create trigger refuse_change before update or delete on {table} "
            "for each row execute function betony_refuse_change()"
        )

    def undo_statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        yield f"drop trigger refuse_change on {editor.quote_name(model._meta.db_table)}"


def _foreign_keys(model: type[models.Model], editor: BaseDatabaseSchemaEditor, fields: Any) -> Iterator[str]:
    table = model._meta.db_table
    for field in fields:
        if not isinstance(field, TenantForeignKey):
            continue
        target = field.remote_field.model._meta.db_table
        yield (
            f"alter table {editor.quote_name(table)} "
            f"add constraint {editor.quote_name(_short(table, field.column + '_org_fk'))} "
            f"foreign key (organization_id, {editor.quote_name(field.column)}) "
            f"references {editor.quote_name(target)} (organization_id, id) deferrable initially immediate"
        )


def _short(table: str, suffix: str) -> str:
    """Return a constraint name within PostgreSQL's 63 characters."""
    return f"{table[: 62 - len(suffix)]}_{suffix}"
