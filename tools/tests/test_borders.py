"""The borders inside a module: each rule with an import it refuses and one it allows."""

import pytest

from tools import borders

REFUSED = [
    ("betony/clinic/patients/actions.py", "from betony.clinic.patients import views"),
    ("betony/clinic/workspace/queries.py", "from betony.clinic.patients.views import lists"),
    ("betony/clinic/patients/actions.py", "from betony.clinic.patients import forms"),
    ("betony/clinic/patients/actions.py", "from . import forms"),
    ("betony/clinic/patients/views.py", "from betony.clinic.patients import jobs"),
    ("betony/clinic/prescriptions/actions.py", "from betony.clinic.patients import jobs"),
    ("betony/clinic/patients/rules.py", "from django.utils import timezone"),
    ("betony/clinic/patients/rules.py", "from betony.clinic.patients import models"),
    ("betony/clinic/patients/rules.py", "from betony.kit import clock"),
    ("betony/clinic/patients/rules.py", "import random"),
    ("betony/clinic/patients/rules.py", "from betony.kit.ui import forms"),
    ("betony/clinic/prescriptions/dispensary/rules.py", "import httpx"),
    ("betony/clinic/accounts/permissions.py", "from django.db import models"),
    ("betony/kit/money.py", "from django.utils.translation import gettext_lazy"),
    ("betony/clinic/patients/rules/matching.py", "from betony.clinic.patients import queries"),
    ("betony/clinic/prescriptions/actions/sending.py", "import urllib.request"),
    ("betony/clinic/prescriptions/actions/sending.py", "from urllib import request"),
    ("betony/clinic/prescriptions/actions/sending.py", "from urllib.request import urlopen"),
    ("betony/dispensary/webhooks/sending.py", "import http.client"),
]

ALLOWED = [
    ("betony/clinic/patients/urls.py", "from betony.clinic.patients import views"),
    ("betony/clinic/patients/views/lists.py", "from betony.clinic.patients.views import filters"),
    ("betony/clinic/patients/views.py", "from betony.clinic.patients import forms"),
    ("betony/clinic/patients/actions.py", "from betony.clinic.patients import jobs"),
    ("betony/clinic/config/schedule.py", "from betony.clinic.patients import jobs"),
    ("betony/clinic/patients/jobs.py", "from betony.kit.jobs import Retry"),
    ("betony/clinic/patients/views.py", "from betony.kit import jobs"),
    ("betony/clinic/patients/rules.py", "from betony.kit import money"),
    ("betony/clinic/patients/rules.py", "from betony.kit.money import Money"),
    ("betony/clinic/patients/rules.py", "from betony.kit.ui import typed_dates"),
    ("betony/clinic/patients/rules.py", "import phonenumbers"),
    ("betony/clinic/patients/rules.py", "from betony.clinic.accounts import permissions"),
    ("betony/clinic/patients/rules.py", "import datetime\nfrom dataclasses import dataclass"),
    ("betony/clinic/patients/tests/test_rules.py", "from betony.clinic.patients import forms, jobs, views"),
    ("betony/clinic/patients/tests/test_rules.py", "from django.test import Client"),
    ("betony/kit/clock.py", "import datetime"),
    (
        "betony/clinic/prescriptions/views/parts.py",
        "from urllib.parse import urljoin\nfrom http import HTTPStatus",
    ),
    ("betony/kit/http_client.py", "import http.client"),
    ("betony/cli/demo/readiness.py", "import http.client"),
]


@pytest.mark.parametrize(("name", "source"), REFUSED)
def test_an_import_across_a_border_is_refused(name, source):
    assert list(borders.check(name, source))


@pytest.mark.parametrize(("name", "source"), ALLOWED)
def test_an_import_within_the_borders_is_allowed(name, source):
    assert list(borders.check(name, source)) == []
