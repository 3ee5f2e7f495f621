"""The migration operation that lets no row land in the record of a merged patient."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from betony.kit.tenancy.operations import TableOperation

# Asked for before the row is written, under a lock that waits for a merge under way: whoever still holds the
# old id is refused, whatever road the row comes by.
REFUSE_MERGED = """
create or replace function clinic_patients_refuse_merged() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  kept uuid;
begin
  select merged_into_id into kept from public.clinic_patients_patient where id = new.patient_id for key share;
  if kept is not null then
    raise exception 'patient % was merged into %', new.patient_id, kept using errcode = 'BM001';
  end if;
  return new;
end
$$
"""


class RefuseMerged(TableOperation):
    """Refuse new rows of the table, and rows moved, whose column `patient_id` names a merged patient."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model_name], {})

    def describe(self) -> str:
        return f"Let no row of {self.model_name} land in a merged record"

    def statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        table = editor.quote_name(model._meta.db_table)
        call = "execute function clinic_patients_refuse_merged()"
        yield f"create trigger refuse_merged before insert on {table} for each row {call}"
        yield (
            f"create trigger refuse_merged_change before update of patient_id on {table} for each row "
            f"when (old.patient_id is distinct from new.patient_id) {call}"
        )

    def undo_statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        table = editor.quote_name(model._meta.db_table)
        yield f"drop trigger refuse_merged on {table}"
        yield f"drop trigger refuse_merged_change on {table}"
