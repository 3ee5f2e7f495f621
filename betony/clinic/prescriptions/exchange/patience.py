"""Going past single records that cannot be read, and giving up when nothing answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from betony.clinic.prescriptions.dispensary import errors

MOST_IN_A_ROW = 3


@dataclass
class Attempt:
    """How one record went."""

    failed: bool = False


@dataclass
class Patience:
    """Counts what could not be read. One bad record must not hold up the others; three in a row are no accident."""

    failed: int = 0
    in_a_row: int = 0

    @contextmanager
    def one(self) -> Iterator[Attempt]:
        """Try one record; one that is gone there counts as read. Raises what stops everything."""
        attempt = Attempt()
        try:
            yield attempt
            self.in_a_row = 0
        except errors.NotFound:
            self.in_a_row = 0
        except errors.Busy:
            raise
        except errors.Unavailable:
            attempt.failed = True
            self.failed += 1
            self.in_a_row += 1
            if self.in_a_row >= MOST_IN_A_ROW:
                raise
