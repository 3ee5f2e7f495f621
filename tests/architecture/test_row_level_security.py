"""Every row belongs to an organization, and PostgreSQL holds the second lock."""

import pytest
from django.conf import settings

from betony.kit.tenancy.models import TenantForeignKey, TenantModel
from tests.architecture import catalogue

pytestmark = pytest.mark.django_db


def test_every_table_without_a_tenant_is_in_the_settings_and_every_listed_table_exists():
    without_column = {
        name
        for (name,) in catalogue.rows(
            """
            select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
            and not exists (select from pg_attribute where attrelid = pg_class.oid
                            and attname = 'organization_id' and attnum > 0)
            """
        )
    }
    listed = set(settings.BETONY_TABLES_WITHOUT_TENANT)
    assert without_column - listed == set(), "give these an organization, or list them with a reason"
    assert listed - catalogue.tables() == set(), (
        "listed in BETONY_TABLES_WITHOUT_TENANT, but there is no such table"
    )


def test_every_tenant_table_has_row_level_security_enabled_and_forced():
    query = "select relname, relrowsecurity, relforcerowsecurity from pg_class where relname = any(%s)"
    found = {
        name: (on, forced) for name, on, forced in catalogue.rows(query, sorted(catalogue.tenant_tables()))
    }
    assert {name for name, locks in found.items() if locks != (True, True)} == set()


def test_no_listed_table_has_row_level_security_by_accident():
    query = "select relname from pg_class where relrowsecurity and relname = any(%s)"
    assert catalogue.rows(query, sorted(settings.BETONY_TABLES_WITHOUT_TENANT)) == []


def test_every_tenant_table_has_one_policy_for_each_role_and_none_for_others():
    application, migration = (settings.DATABASES[alias]["USER"] for alias in ("default", "migration"))
    query = """
        select tablename, policyname, roles::text[], permissive, cmd,
               coalesce(qual, '') || coalesce(with_check, '') from pg_policies
    """
    policies: dict[str, dict[str, tuple[object, ...]]] = {table: {} for table in catalogue.tenant_tables()}
    for table, name, *rest in catalogue.rows(query):
        policies.setdefault(table, {})[name] = tuple(rest[:-1])
        if name == "own_rows":
            assert rest[-1].count("current_setting('betony.organization'") == 2, f"{table} looks elsewhere"
    expected = {
        "own_rows": ([application], "PERMISSIVE", "ALL"),
        "migration_role": ([migration], "PERMISSIVE", "ALL"),
    }
    assert {table: found for table, found in policies.items() if found != expected} == {}


def test_every_tenant_model_has_the_key_that_carries_the_organization():
    lacking = {
        model.__name__
        for model in catalogue.our_models()
        if issubclass(model, TenantModel)
        and ("organization_id", "id") not in catalogue.columns_of_keys(model._meta.db_table, "u")
    }
    assert lacking == set(), "put operations.SecureTable in the migration that creates the model"


def test_every_reference_between_tenant_rows_carries_the_organization():
    lacking = set()
    for model in catalogue.our_models():
        if not issubclass(model, TenantModel):
            continue
        keys = catalogue.foreign_keys_of(model._meta.db_table)
        for field in model._meta.local_fields:
            target = field.related_model if field.is_relation else None
            if target is None or not isinstance(target, type) or not issubclass(target, TenantModel):
                continue
            wanted = (("organization_id", field.column), target._meta.db_table, ("organization_id", "id"))
            if not isinstance(field, TenantForeignKey) or wanted not in keys:
                lacking.add(f"{model.__name__}.{field.name}")
    assert lacking == set(), "use TenantForeignKey, with SecureTable or SecureForeignKeys in the migration"


def test_without_an_organization_no_tenant_table_shows_a_row():
    seen = {
        table
        for table in catalogue.tenant_tables()
        if catalogue.rows(f'select 1 from public."{table}" limit 1')  # noqa: S608  (a name from the catalogue)
    }
    assert seen == set()


def test_views_do_not_look_past_the_policies():
    query = """
        select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace
        and (relkind = 'm' or not coalesce('security_invoker=true' = any(reloptions), false))
        and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
    """
    assert catalogue.rows(query) == []
