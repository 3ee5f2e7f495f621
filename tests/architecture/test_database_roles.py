"""The application's role owns nothing and cannot pass the locks; the functions that may are listed."""

import pytest
from django.conf import settings

from tests.architecture import catalogue

pytestmark = pytest.mark.django_db


def test_the_application_role_has_no_power_of_its_own():
    query = """
        select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
        from pg_roles where rolname = current_user
    """
    assert catalogue.rows(query) == [(False, False, False, False, False)]
    assert catalogue.rows("select current_user") == [(settings.DATABASES["default"]["USER"],)]


def test_the_application_role_belongs_to_no_other_role():
    query = "select roleid::regrole::text from pg_auth_members where member = current_user::regrole"
    assert catalogue.rows(query) == []


def test_the_application_role_owns_nothing():
    query = """
        select relname::text from pg_class where relowner = current_user::regrole and relpersistence <> 't'
        union all select proname from pg_proc where proowner = current_user::regrole
        union all select nspname from pg_namespace
            where nspowner = current_user::regrole and nspname !~ '^pg_'
        union all select datname from pg_database where datdba = current_user::regrole
    """
    assert catalogue.rows(query) == []


def test_the_application_role_may_not_truncate_or_create():
    query = """
        select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and has_table_privilege(oid, 'TRUNCATE')
    """
    assert catalogue.rows(query) == []
    assert catalogue.rows("select has_schema_privilege('public', 'CREATE')") == [(False,)]


def test_insert_only_tables_refuse_update_and_delete_twice():
    query = """
        select tgrelid::regclass::text,
               has_table_privilege(tgrelid, 'UPDATE'), has_table_privilege(tgrelid, 'DELETE')
        from pg_trigger where tgname = 'refuse_change'
    """
    found = catalogue.rows(query)
    assert "kit_audit_auditevent" in {table for table, _, _ in found}
    assert [table for table, may_update, may_delete in found if may_update or may_delete] == []


def test_only_the_listed_functions_look_past_row_level_security():
    assert {name for name, *_ in _security_definers()} == set(settings.BETONY_SEARCH_FUNCTIONS)


def test_each_search_function_fixes_its_path_and_takes_the_organization_from_the_setting():
    wrong = {}
    for name, config, body, arguments, result, owner, is_for_everybody in _security_definers():
        problems = []
        if not any(entry.startswith("search_path=") for entry in config or ()):
            problems.append("sets no search_path")
        if "current_setting('betony.organization'" not in body:
            problems.append("does not read the organization from the setting")
        if "organization" in arguments:
            problems.append("takes the organization as an argument")
        if result not in {"SETOF uuid", "TABLE(id uuid)"}:
            problems.append(f"returns {result} instead of ids only")
        if owner == settings.DATABASES["default"]["USER"]:
            problems.append("belongs to the application's role")
        if is_for_everybody:
            problems.append("may be called by every role")
        if problems:
            wrong[name] = problems
    assert wrong == {}


def _security_definers() -> list[tuple[str, list[str] | None, str, str, str, str, bool]]:
    return catalogue.rows(
        """
        select proname, proconfig, coalesce(prosrc, '') || coalesce(pg_get_function_sqlbody(oid), ''),
               pg_get_function_arguments(oid), pg_get_function_result(oid), proowner::regrole::text,
               proacl is null or exists (select from aclexplode(proacl) where grantee = 0)
        from pg_proc
        where prosecdef
        and pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
        """
    )
