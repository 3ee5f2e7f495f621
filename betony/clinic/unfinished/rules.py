"""How long and how much of an unfinished form is kept. Pure: no database, clock or network."""

from datetime import timedelta

# From a Friday afternoon over the weekend, and no longer.
KEPT_FOR = timedelta(days=3)
# What was on its way when a form was saved has arrived by then, or never will.
FINISHED_KEPT_FOR = timedelta(days=1)
# A request that a browser still sends while its page is closed may be so long.
LONGEST_TYPED = 60_000
# Of one member; whoever begins more leaves the oldest.
MOST_KEPT = 30
