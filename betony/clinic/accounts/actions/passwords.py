"""Passwords: asking for a link, setting a new one by link, changing one's own."""

from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction

from betony.clinic.accounts import actors, jobs, queries, rules
from betony.clinic.accounts.actions import sessions, sign_in
from betony.clinic.accounts.models import User
from betony.kit import requests, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.rate_limits import counting
from betony.kit.rate_limits.counting import Limit

RESET_PAIR = Limit("clinic.password_reset.pair", most=5, window_seconds=60 * 60)
RESET_NETWORK = Limit("clinic.password_reset.network", most=40, window_seconds=60 * 60)
CHANGE = Limit("clinic.password_change", most=8, window_seconds=15 * 60)


class LinkNotValid(Exception):
    """The link was used, is too old, or was never ours."""


class WrongPassword(Exception):
    """The present password is not this one."""


def request_reset(*, by: Actor, email: str) -> None:
    """Have a link mailed if the email is an active person's; do the same work if it is not.

    Raises sign_in.TooManyTries. Runs outside any transaction, or the count would be undone with it.
    """
    network = requests.network_of(by.ip)
    sign_in.count_try(RESET_PAIR, sign_in.pair_key(network, email))
    sign_in.count_try(RESET_NETWORK, network)
    user = queries.user_with_email(rules.normal_email(email))
    can_sign_in = user is not None and user.is_active and queries.active_memberships(user.pk).exists()
    jobs.send_password_reset.queue(user_id=user.pk if user is not None and can_sign_in else None)


def person_of_link(*, user_id: UUID, token: str) -> User:
    """Return whom a reset link is for; raise LinkNotValid when it cannot be used (any more)."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise LinkNotValid
    return user


def set_password_by_link(*, by: Actor, user_id: UUID, token: str, password: str) -> User:
    """Set the password, use up the link, and end every session of the person.

    Raises LinkNotValid, also for the second of two that use the link at the same time.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",)).filter(pk=user_id).first()
        if locked is None:
            raise LinkNotValid
        user = person_of_link(user_id=user_id, token=token)
        membership = queries.membership_to_start_with(user.pk)
        if membership is None:
            raise LinkNotValid
        with tenancy.organization(membership.organization_id):
            user.set_password(password)
            user.save(update_fields=["password"])
            count = sessions.end_sessions_of_user(user_id=user.pk)
            trail.record(
                by=actors.staff(membership, ip=by.ip, request_id=by.request_id),
                action="accounts.password_reset", subject=user, changes={"sessions": [count, 0]},
            )  # fmt: skip
    counting.forget(sign_in.PAIR, sign_in.pair_key(requests.network_of(by.ip), user.email))
    return user


def change_password(*, by: Actor, present: str, password: str, keep_session: UUID | None) -> User:
    """Change the actor's own password and end all other sessions of theirs.

    Raises WrongPassword, and sign_in.TooManyTries after too many of those. Runs outside any transaction.
    """
    key = f"{requests.network_of(by.ip)} {by.id}"
    sign_in.count_try(CHANGE, key)
    if not User.objects.get(pk=actors.person_of(by)).check_password(present):
        raise WrongPassword
    counting.forget(CHANGE, key)
    with tenancy.organization(by.organization_id):
        user = User.objects.select_for_update(of=("self",)).get(pk=actors.person_of(by))
        user.set_password(password)
        user.save(update_fields=["password"])
        count = sessions.end_sessions_of_user(user_id=user.pk, keep=keep_session)
        trail.record(
            by=by, action="accounts.password_changed", subject=user, changes={"sessions": [count, 0]}
        )
    return user
