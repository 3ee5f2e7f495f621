"""What a web process has done before it answers the first request."""

import importlib

from betony.clinic.config import wsgi
from betony.clinic.safety.rules import reading


def test_the_safety_table_is_read_and_validated_before_the_first_answer():
    reading.knowledge.cache_clear()
    importlib.reload(wsgi)
    assert reading.knowledge.cache_info().currsize == 1
