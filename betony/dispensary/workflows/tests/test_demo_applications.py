"""What the demo's dispensary starts with."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from betony.dispensary.accounts.models import Application, Organization
from betony.dispensary.practices import demo as practices
from betony.dispensary.practices.models import Practitioner, Staff
from betony.dispensary.webhooks.models import Endpoint
from betony.dispensary.workflows import demo
from betony.kit import environment, secrets_box, tenancy


def load() -> int:
    new = practices.load()
    demo.refresh_applications()
    return new


@pytest.fixture
def loaded(committed_db: None) -> None:
    load()


def test_the_people_of_the_contract_can_sign_in(loaded) -> None:
    for email in (
        "nina.alvarez@meadowlark.example",
        "rosa.lindqvist@meadowlark.example",
        "ines.moreau@larkspur.example",
        "mei.chen@harbour.example",
    ):
        answer = Client().post("/sign-in/", {"email": email, "password": practices.PASSWORD})
        assert answer.status_code == 302, email
    meadowlark = Organization.objects.get(slug="meadowlark")
    with tenancy.organization(meadowlark.pk):
        assert sorted(Practitioner.objects.values_list("first_name", flat=True)) == ["Nina", "Sam"]
        assert Staff.objects.get().last_name == "Lindqvist"


def test_loading_again_changes_only_addresses(loaded, monkeypatch) -> None:
    monkeypatch.setenv("BETONY_CLINIC_URL", "http://localhost:9100")
    monkeypatch.setenv("BETONY_SANDBOX_REDIRECT_URI", "http://localhost:9103/back")
    monkeypatch.setenv("BETONY_SANDBOX_ORIGIN", "http://localhost:9103")
    monkeypatch.setenv("BETONY_SANDBOX_WEBHOOK_URL", "http://localhost:9103/hook")
    before = list(Application.objects.order_by("pk").values_list("pk", flat=True))
    assert load() == 0
    assert list(Application.objects.order_by("pk").values_list("pk", flat=True)) == before
    clinic = Application.objects.get(client_id="betony-clinic-client-id")
    assert clinic.redirect_uris == ["http://localhost:9100/fullscript/callback/"]
    canada = Application.objects.get(client_id="betony-clinic-ca-client-id")
    assert Endpoint.objects.get(application=canada).url == "http://localhost:9100/fullscript/webhooks/ca/"
    sandbox = Application.objects.get(client_id="betony-sandbox-client-id")
    assert sandbox.redirect_uris == ["http://localhost:9103/back"]
    endpoint = Endpoint.objects.get(application=sandbox)
    assert endpoint.url == "http://localhost:9103/hook"
    assert secrets_box.open_sealed(endpoint.secrets[0]) == "betony-sandbox-webhook-secret"


def test_a_sandbox_without_a_webhook_address_is_told_nothing(loaded) -> None:
    sandbox = Application.objects.get(client_id="betony-sandbox-client-id")
    assert not Endpoint.objects.filter(application=sandbox, is_enabled=True).exists()
    assert sandbox.redirect_uris == ["http://localhost:8003/callback"]


@pytest.mark.parametrize(
    "value", ["localhost:9000", "http://[broken/hook", "http://localhost:port/", "ftp://x/"]
)
def test_a_broken_address_ends_the_start_with_one_sentence_that_names_its_variable(
    monkeypatch, value
) -> None:
    monkeypatch.setenv("BETONY_SANDBOX_WEBHOOK_URL", value)
    with pytest.raises(CommandError, match=r"^BETONY_SANDBOX_WEBHOOK_URL must be .*, not '.*'\.$"):
        call_command("refresh_demo_addresses")


def test_an_address_that_may_not_be_called_leaves_the_sandbox_without_a_webhook(
    loaded, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("BETONY_SANDBOX_WEBHOOK_URL", "http://169.254.169.254/hook")
    call_command("refresh_demo_addresses")
    assert "Sandbox hears of no events" in capsys.readouterr().err
    assert not Endpoint.objects.filter(application__client_id="betony-sandbox-client-id").exists()


def test_only_our_own_clinic_hears_of_openings(loaded, monkeypatch) -> None:
    monkeypatch.setenv("BETONY_SANDBOX_WEBHOOK_URL", "http://localhost:9103/hook")
    demo.refresh_applications()
    rows = Endpoint.objects.values_list("application__name", "hears_of_openings")
    assert dict(rows) == {"Betony Clinic": True, "Betony Clinic Canada": True, "Sandbox": False}


def test_production_never_gets_public_secrets(settings) -> None:
    settings.BETONY_ENV = "production"
    with pytest.raises(environment.BadSetting):
        demo.refresh_applications()
