"""The shared cache: Django's API, values as JSON, and nothing that is run when it is read (guarantee 16)."""

import base64
import pickle
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from betony.kit import clock, json_cache
from betony.kit.jobs import upkeep

pytestmark = pytest.mark.django_db

ran: list[str] = []


class Trap:
    """Pickled, it runs something when it is read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return ran.append, ("the trap",)


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select value from kit_cache order by value")
        return [str(row[0]) for row in cursor.fetchall()]


def test_what_is_set_is_got_until_it_is_over() -> None:
    assert cache.get("brands") is None
    cache.set("brands", [("1", "Ætherleaf")], 60)
    assert cache.get("brands") == [["1", "Ætherleaf"]]
    cache.set("brands", {"changed": True}, 60)
    assert cache.get("brands") == {"changed": True}
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert cache.get("brands", "over") == "over"


def test_what_somebody_put_there_as_a_pickle_is_not_run() -> None:
    cache.set("brands", 1, 60)
    with connection.cursor() as cursor:
        poison = base64.b64encode(pickle.dumps(Trap())).decode()
        cursor.execute("update kit_cache set value = %s", [poison])
    assert cache.get("brands", "nothing") == "nothing"
    assert ran == []


def test_a_value_that_is_not_json_is_refused_and_nothing_is_kept() -> None:
    with pytest.raises(TypeError):
        cache.set("thing", object())
    assert stored() == []


def test_only_one_of_two_adds() -> None:
    assert cache.add("code", "first", 60)
    assert not cache.add("code", "second", 60)
    assert cache.get("code") == "first"
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert cache.add("code", "third", 60)
        assert cache.get("code") == "third"


def test_the_rest_of_djangos_api_holds() -> None:
    assert cache.set_many({"a": 1, "b": None, "c": 3}, None) == []
    assert cache.get_many(["a", "b", "nobody"]) == {"a": 1, "b": None}
    assert cache.has_key("b")
    assert cache.incr("a", 4) == 5
    assert cache.touch("c", 0)
    assert cache.get("c") is None
    assert not cache.touch("c", 60)
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.get_or_set("d", lambda: [1], 60) == [1]
    cache.clear()
    assert stored() == []


def test_a_key_has_a_version() -> None:
    cache.set("key", "one", version=1)
    cache.set("key", "two", version=2)
    assert (cache.get("key", version=1), cache.get("key", version=2)) == ("one", "two")


def test_what_is_over_is_swept_every_hour() -> None:
    cache.set("short", "short", 60)
    cache.set("long", "long", 7200)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        upkeep.sweep()
    assert stored() == ['"long"']


def test_the_servers_use_it() -> None:
    assert isinstance(cache._connections[cache._alias], json_cache.JsonCache)  # type: ignore[attr-defined]


def test_no_code_of_ours_pickles() -> None:
    folder = Path(json_cache.__file__).parents[1]
    users = [
        str(file.relative_to(folder))
        for file in folder.rglob("*.py")
        if "tests" not in file.parts
        and any(word in file.read_text(encoding="utf-8") for word in ("import pickle", "DatabaseCache"))
    ]
    assert users == ["kit/rate_limits/migrations/0001_initial.py"]
