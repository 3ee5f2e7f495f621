"""What is wrong with a plan, in sentences for the practice."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from betony.dispensary.treatment_plans import rules

REFUSED = _("That cannot be done with this plan now. Nothing was changed.")
_SENTENCES = {
    ("patient", "archived"): _("The patient is archived. Restore the patient first; nothing was changed."),
    ("practitioner", "invalid"): _(
        "The person who wrote this plan no longer works at the practice. Write a new one."
    ),
    ("variant", "not_permitted"): _("A product on the plan is not sold here any more. Remove it first."),
    ("recommendations", "too_long"): _("The plan already holds as many products as it can."),
}


def of_plan(problems: Sequence[rules.Problem]) -> list[str]:
    """One sentence for each kind of problem."""
    return list(dict.fromkeys(str(_SENTENCES.get((one.field, one.code), REFUSED)) for one in problems))
