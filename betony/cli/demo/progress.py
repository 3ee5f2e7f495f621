"""What a person sees while Betony prepares: one line a step, with how long it took."""

import contextlib
import time
from collections.abc import Iterator


@contextlib.contextmanager
def step(words: str) -> Iterator[None]:
    """Print what is being done, and when it is done how long it took."""
    print(f"  {words} …", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(" stopped", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def say(words: str) -> None:
    """Print one line."""
    print(words, flush=True)
