"""The tests about the database are themselves tested: each notices the damage it is there for."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connections

from betony.kit.tenancy.models import TenantModel
from tests.architecture import catalogue, test_database_roles, test_row_level_security

AUDIT = "kit_audit_auditevent"

DAMAGES: list[tuple[str, Callable[[], None]]] = [
    (
        "create table probe (id int)",
        test_row_level_security.test_every_table_without_a_tenant_is_in_the_settings_and_every_listed_table_exists,
    ),
    (
        "create table probe (id int, organization_id uuid)",
        test_row_level_security.test_every_tenant_table_has_row_level_security_enabled_and_forced,
    ),
    (
        f"alter table {AUDIT} no force row level security",
        test_row_level_security.test_every_tenant_table_has_row_level_security_enabled_and_forced,
    ),
    (
        f"alter table {AUDIT} disable row level security",
        test_row_level_security.test_every_tenant_table_has_row_level_security_enabled_and_forced,
    ),
    (
        f"create policy another on {AUDIT} using (true)",
        test_row_level_security.test_every_tenant_table_has_one_policy_for_each_role_and_none_for_others,
    ),
    (
        f"alter policy own_rows on {AUDIT} using (true)",
        test_row_level_security.test_every_tenant_table_has_one_policy_for_each_role_and_none_for_others,
    ),
    (
        f"drop policy own_rows on {AUDIT}",
        test_row_level_security.test_every_tenant_table_has_one_policy_for_each_role_and_none_for_others,
    ),
    (
        f"create view probe as table {AUDIT}",
        test_row_level_security.test_views_do_not_look_past_the_policies,
    ),
    (
        f"grant truncate on {AUDIT} to {{application}}",
        test_database_roles.test_the_application_role_may_not_truncate_or_create,
    ),
    (
        f"grant update on {AUDIT} to {{application}}",
        test_database_roles.test_insert_only_tables_refuse_update_and_delete_twice,
    ),
    (
        "create function probe() returns setof uuid language sql security definer as 'select null::uuid'",
        test_database_roles.test_only_the_listed_functions_look_past_row_level_security,
    ),
    (
        "create function probe() returns setof uuid language sql security definer as 'select null::uuid'",
        test_database_roles.test_each_search_function_fixes_its_path_and_takes_the_organization_from_the_setting,
    ),
]


def _break(statement: str) -> None:
    with connections["migration"].cursor() as cursor:
        cursor.execute(statement.format(application=f'"{settings.DATABASES["default"]["USER"]}"'))


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "check"), DAMAGES)
def test_damage_to_the_database_is_noticed(committed_db, damage, check):
    _break(damage)
    with pytest.raises(AssertionError):
        check()


@pytest.mark.slow
def test_a_missing_key_or_composite_reference_is_noticed(committed_db):
    tenants = [model for model in catalogue.our_models() if issubclass(model, TenantModel)]
    if not tenants:
        pytest.skip("no table of an organization exists yet")
    for model in tenants:
        table = model._meta.db_table
        for (name,) in catalogue.rows(
            "select conname from pg_constraint where conrelid = %s::regclass and contype in ('u', 'f')"
            " and conkey[1] = (select attnum from pg_attribute"
            " where attrelid = conrelid and attname = 'organization_id')",
            table,
        ):
            _break(f'alter table "{table}" drop constraint if exists "{name}" cascade')
    with pytest.raises(AssertionError):
        test_row_level_security.test_every_tenant_model_has_the_key_that_carries_the_organization()
    with pytest.raises(AssertionError):
        test_row_level_security.test_every_reference_between_tenant_rows_carries_the_organization()
