"""Rules of coming in and staying in. Pure: no database, clock or network."""

from datetime import datetime, timedelta

SESSION_LASTS = timedelta(hours=12)
INVITATION_LASTS = timedelta(days=7)
SHORTEST_IDLE_MINUTES = 5
LONGEST_IDLE_MINUTES = 240

# Where the clinics of both countries are.
TIME_ZONES = (
    "America/St_Johns", "America/Halifax", "America/Moncton", "America/New_York", "America/Toronto",
    "America/Iqaluit", "America/Chicago", "America/Winnipeg", "America/Regina", "America/Denver",
    "America/Edmonton", "America/Phoenix", "America/Los_Angeles", "America/Vancouver",
    "America/Whitehorse", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico",
)  # fmt: skip
CURRENCIES = ("USD", "CAD")

# The first name found wins: every browser also claims to be others.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
             ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
            ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip


def normal_email(text: str) -> str:
    """Return the email as it is stored and compared: trimmed, in lower case."""
    return text.strip().lower()


def device_words(user_agent: str) -> str:
    """Return browser and system as a person would name them: Firefox, Windows. Empty when unknown."""
    found = []
    for names in (_BROWSERS, _SYSTEMS):
        found += [word for mark, word in names if mark in user_agent][:1]
    return ", ".join(found)


def session_is_over(*, started_at: datetime, seen_at: datetime, now: datetime, idle_minutes: int) -> bool:
    """Tell whether a session is past its absolute or its idle limit."""
    return now - started_at > SESSION_LASTS or now - seen_at > timedelta(minutes=idle_minutes)


def one_line(text: str) -> str:
    """Return a name with every run of white space as one space."""
    return " ".join(text.split())
