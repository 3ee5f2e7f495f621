"""Who listens to what: event class to the names of the jobs that are queued for it."""

from collections.abc import Mapping, Sequence

from betony.dispensary.accounts import events as accounts_events

SUBSCRIPTIONS: Mapping[type, Sequence[str]] = {
    accounts_events.GrantCreated: ["webhooks.tell_of_activation"],
    accounts_events.GrantRevoked: ["webhooks.tell_of_revocation"],
    accounts_events.OwnerConfirmed: ["patients.send_held_welcomes", "treatment_plans.send_held_mails"],
}
