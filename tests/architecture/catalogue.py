"""Reading PostgreSQL's own catalogue, and Django's models, for the tests in this folder."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models


def rows(query: str, *values: str | list[str]) -> list[tuple[Any, ...]]:
    """Ask the database as the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def tables() -> set[str]:
    """Every table of the application, Django's and the queue's included."""
    query = (
        "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    )
    return {name for (name,) in rows(query)}


def tenant_tables() -> set[str]:
    """Every table whose rows belong to an organization: all but the listed ones."""
    return tables() - set(settings.BETONY_TABLES_WITHOUT_TENANT)


def our_models() -> list[type[models.Model]]:
    """The concrete models of this project."""
    return [
        model
        for model in apps.get_models()
        if apps.get_app_config(model._meta.app_label).name.startswith("betony.")
    ]


def module_of(model: type[models.Model]) -> list[str]:
    """Where a model's app stands, e.g. ["betony", "clinic", "patients"]."""
    return apps.get_app_config(model._meta.app_label).name.split(".")


def columns_of_keys(table: str, kind: str) -> set[tuple[str, ...]]:
    """The column lists of a table's constraints of one kind (u: unique, p: primary key), in order."""
    query = """
        select array(select attname from unnest(conkey) with ordinality as key (number, place)
                     join pg_attribute on attrelid = conrelid and attnum = number order by place)
        from pg_constraint where conrelid = %s::regclass and contype = %s
    """
    return {tuple(columns) for (columns,) in rows(query, f'public."{table}"', kind)}


def foreign_keys_of(table: str) -> set[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """A table's foreign keys: own columns, the other table, its columns."""
    query = """
        select array(select attname from unnest(conkey) with ordinality as key (number, place)
                     join pg_attribute on attrelid = conrelid and attnum = number order by place),
               confrelid::regclass::text,
               array(select attname from unnest(confkey) with ordinality as key (number, place)
                     join pg_attribute on attrelid = confrelid and attnum = number order by place)
        from pg_constraint where conrelid = %s::regclass and contype = 'f'
    """
    found = rows(query, f'public."{table}"')
    return {(tuple(own), other.strip('"'), tuple(theirs)) for own, other, theirs in found}
