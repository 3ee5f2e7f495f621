"""Story 2 and 3: getting tokens, keeping them alive, giving them back."""

from contracts.shapes import ID, INSTANT, TOKEN, check
from contracts.world import Talk, World, challenge_of, exchange, refresh

TOKENS = {
    "oauth": {
        "access_token": TOKEN, "token_type": "Bearer", "expires_in": 7200, "refresh_token": TOKEN,
        "scope": str, "created_at": INSTANT, "resource_owner": {"id": ID, "type": str},
    }
}  # fmt: skip
REFUSED = {"error": "invalid_grant"}
NOBODY = {"error": "invalid_token"}


def a_code_brings_tokens_of_a_practitioner(world: World) -> None:
    body = exchange(world, world.authorize(world.owner)).is_like(200, TOKENS)
    check(body["oauth"]["resource_owner"], {"id": world.owner.id, "type": "Practitioner"})
    scopes = set(body["oauth"]["scope"].split(" "))
    check(scopes >= {"catalog:read", "clinic:read", "clinic:write", "patients:read", "patients:write"}, True)


def a_code_brings_tokens_of_staff(world: World) -> None:
    body = exchange(world, world.authorize(world.staff)).is_like(200, TOKENS)
    check(body["oauth"]["resource_owner"], {"id": world.staff.id, "type": "Staff"})


def a_code_is_good_once_and_coming_twice_ends_what_it_gave(world: World) -> None:
    code = world.authorize(world.owner)
    tokens = exchange(world, code).is_like(200, TOKENS)["oauth"]
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    world.call("GET", "/api/clinic", headers=headers).is_like(200, {})
    exchange(world, code).is_like(400, REFUSED)
    world.call("GET", "/api/clinic", headers=headers).is_like(401, NOBODY)


def a_code_is_good_for_ten_minutes(world: World) -> None:
    code = world.authorize(world.owner)
    with world.later(601):
        exchange(world, code).is_like(400, REFUSED)


def a_code_needs_the_verifier_of_its_challenge(world: World) -> None:
    verifier = "v" * 64
    code = world.authorize(world.owner, challenge=challenge_of(verifier))
    exchange(world, code, code_verifier=verifier).is_like(200, TOKENS)
    code = world.authorize(world.owner, challenge=challenge_of(verifier))
    exchange(world, code, code_verifier="w" * 64).is_like(400, REFUSED)


def a_code_is_bound_to_the_address_and_the_application(world: World) -> None:
    code = world.authorize(world.owner)
    exchange(world, code, redirect_uri="https://elsewhere.example/").is_like(400, {"error": str})
    code = world.authorize(world.owner)
    exchange(world, code, client_secret="guessed").is_like(401, {"error": "invalid_client"})  # noqa: S106


def a_made_up_code_is_refused(world: World) -> None:
    exchange(world, "made-up-code-that-nobody-gave").is_like(400, REFUSED)


def a_token_lives_two_hours_and_a_refresh_brings_a_new_pair(world: World) -> None:
    talk = Talk(world, world.owner)
    with world.later(7201):
        talk.get("clinic").is_like(401, NOBODY)
        fresh = refresh(world, talk.tokens["refresh_token"]).is_like(200, TOKENS)["oauth"]
        check(fresh["access_token"] != talk.tokens["access_token"], True)
        check(fresh["refresh_token"] != talk.tokens["refresh_token"], True)
        talk.tokens = fresh
        talk.get("clinic").is_like(200, {})


def the_old_refresh_token_works_until_the_new_access_token_is_used(world: World) -> None:
    talk = Talk(world, world.owner)
    old = talk.tokens["refresh_token"]
    refresh(world, old).is_like(200, TOKENS)
    talk.tokens = refresh(world, old).is_like(200, TOKENS)["oauth"]
    talk.get("clinic").is_like(200, {})
    refresh(world, talk.tokens["refresh_token"]).is_like(200, TOKENS)


def two_workers_may_refresh_one_token_and_both_go_on(world: World) -> None:
    one, other = Talk(world, world.owner), Talk(world, world.owner)
    old = one.tokens["refresh_token"]
    one.tokens = refresh(world, old).is_like(200, TOKENS)["oauth"]
    other.tokens = refresh(world, old).is_like(200, TOKENS)["oauth"]
    for talk in (one, other):
        talk.get("clinic").is_like(200, {})
    for talk in (other, one):
        talk.tokens = refresh(world, talk.tokens["refresh_token"]).is_like(200, TOKENS)["oauth"]
        talk.get("clinic").is_like(200, {})


def whoever_refreshes_twice_ends_all_that_was_gone_over(world: World) -> None:
    talk = Talk(world, world.owner)
    first = talk.tokens["refresh_token"]
    second = refresh(world, first).is_like(200, TOKENS)["oauth"]
    talk.tokens = refresh(world, second["refresh_token"]).is_like(200, TOKENS)["oauth"]
    talk.get("clinic").is_like(200, {})
    refresh(world, first).is_like(400, REFUSED)
    talk.get("clinic").is_like(401, NOBODY)


def a_refresh_token_that_was_replaced_and_comes_back_ends_the_connection(world: World) -> None:
    talk = Talk(world, world.owner)
    old = talk.tokens["refresh_token"]
    talk.tokens = refresh(world, old).is_like(200, TOKENS)["oauth"]
    talk.get("clinic").is_like(200, {})
    refresh(world, old).is_like(400, REFUSED)
    talk.get("clinic").is_like(401, NOBODY)
    refresh(world, talk.tokens["refresh_token"]).is_like(400, REFUSED)


def a_revoked_token_is_dead_and_so_is_its_pair(world: World) -> None:
    talk = Talk(world, world.owner)
    app = world.application
    body = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "token": talk.tokens["access_token"],
    }
    world.call("POST", "/api/oauth/revoke", body=body).is_like(200, {})
    talk.get("clinic").is_like(401, NOBODY)
    refresh(world, talk.tokens["refresh_token"]).is_like(400, REFUSED)
    world.call("POST", "/api/oauth/revoke", body=body).is_like(200, {})


def an_expired_token_can_be_revoked(world: World) -> None:
    talk = Talk(world, world.owner)
    app = world.application
    body = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "token": talk.tokens["access_token"],
    }
    with world.later(7201):
        world.call("POST", "/api/oauth/revoke", body=body).is_like(200, {})
        refresh(world, talk.tokens["refresh_token"]).is_like(400, REFUSED)


def revoking_one_connection_leaves_the_others(world: World) -> None:
    mine, colleagues = Talk(world, world.owner), Talk(world, world.colleague)
    again = Talk(world, world.owner)
    app = world.application
    body = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "token": mine.tokens["access_token"],
    }
    world.call("POST", "/api/oauth/revoke", body=body).is_like(200, {})
    colleagues.get("clinic").is_like(200, {})
    again.get("clinic").is_like(200, {})


def revoking_asks_for_the_secret(world: World) -> None:
    talk = Talk(world, world.owner)
    body = {"client_id": world.application.client_id, "client_secret": "guessed",
            "token": talk.tokens["access_token"]}  # fmt: skip
    world.call("POST", "/api/oauth/revoke", body=body).is_like(401, {"error": "invalid_client"})
    talk.get("clinic").is_like(200, {})


def nothing_is_told_without_a_token(world: World) -> None:
    for headers in ({}, {"Authorization": "Bearer made-up-token-that-nobody-gave"}):
        world.call("GET", "/api/clinic", headers=headers).is_like(401, NOBODY)
        world.call("POST", "/api/clinic/patients", body={}, headers=headers).is_like(401, NOBODY)
