"""The database is told whose rows it may show: once, and right again after every block inside another."""

from uuid import UUID, uuid4

import pytest
from django.db import connection

from betony.kit import tenancy

pytestmark = pytest.mark.django_db
OURS, THEIRS = uuid4(), uuid4()


def told() -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("select nullif(current_setting('betony.organization', true), '')")
        (value,) = cursor.fetchone() or (None,)
    return UUID(value) if value else None


def test_the_outer_organization_is_back_after_an_inner_block():
    with tenancy.organization(OURS):
        with tenancy.organization(THEIRS):
            assert told() == THEIRS
            with tenancy.organization(OURS):
                assert told() == OURS
            assert told() == THEIRS
        assert told() == OURS
    assert told() is None


def test_an_error_in_an_inner_block_takes_nothing_from_the_outer():
    for inner in (OURS, THEIRS):
        with tenancy.organization(OURS):
            with pytest.raises(ZeroDivisionError), tenancy.organization(inner):
                _ = 1 / 0
            assert told() == OURS
    assert told() is None


def test_an_error_in_a_block_leaves_none_behind():
    with pytest.raises(ZeroDivisionError), tenancy.organization(OURS):
        _ = 1 / 0
    assert told() is None
    with tenancy.organization(OURS):
        assert told() == OURS


def test_a_block_for_the_same_organization_tells_the_database_nothing_again(django_assert_num_queries):
    with tenancy.organization(OURS):
        savepoint_and_release = 2
        with django_assert_num_queries(savepoint_and_release), tenancy.organization(OURS):
            pass
        assert told() == OURS
