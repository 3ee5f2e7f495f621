"""The two pages of the mailbox. Everything in a mail is text from outside: it is escaped."""

import re
from email.utils import parsedate_to_datetime
from html import escape

from betony.cli.mailbox.store import Mail

LINK = re.compile(r"https?://[^\s<>\"']+")
CLOSING_PUNCTUATION = ".,;:!?)]}"
STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .5rem; border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
th { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
pre { border-top: 1px solid #8886; padding-top: 1rem; }
"""


def mail_list(mails: list[Mail], older_than: int | None) -> str:
    """Return the page that lists mails; `older_than` is where the next page begins, if there is one."""
    if not mails:
        return _page(
            "Demo mailbox", "<p>No mail yet. What the clinic and the dispensary send appears here.</p>"
        )
    rows = "".join(
        f'<tr><td><a href="/{mail.number}">{escape(mail.header("Subject") or "(no subject)")}</a></td>'
        f"<td>{escape(mail.header('From'))}</td><td>{escape(mail.header('To'))}</td><td>{_time(mail)}</td></tr>"
        for mail in mails
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Subject", "From", "To", "Time"))
    older = f'<p><a href="/?before={older_than}">Older mails</a></p>' if older_than else ""
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return _page("Demo mailbox", table + older)


def one_mail(mail: Mail) -> str:
    """Return the page of one mail."""
    facts = "".join(
        f"<dt>{name}</dt><dd>{value}</dd>"
        for name, value in (
            ("From", escape(mail.header("From"))),
            ("To", escape(mail.header("To"))),
            ("Time", _time(mail)),
        )
    )
    body = f'<p><a href="/">All mails</a></p><dl>{facts}</dl><pre>{with_links(mail.text)}</pre>'
    return _page(mail.header("Subject") or "(no subject)", body)


def not_found() -> str:
    """Return the page for an address that leads nowhere."""
    return _page("No such mail", '<p><a href="/">All mails</a></p>')


def with_links(text: str) -> str:
    """Return text as HTML in which the web addresses can be followed."""
    parts = []
    end = 0
    for match in LINK.finditer(text):
        address = match.group().rstrip(CLOSING_PUNCTUATION)
        parts.append(escape(text[end : match.start()]))
        parts.append(f'<a href="{escape(address)}" rel="noreferrer">{escape(address)}</a>')
        end = match.start() + len(address)
    return "".join([*parts, escape(text[end:])])


def _time(mail: Mail) -> str:
    try:
        moment = parsedate_to_datetime(mail.header("Date"))
    except ValueError:
        return escape(mail.header("Date"))
    return f'<time datetime="{moment.isoformat()}">{moment:%Y-%m-%d %H:%M:%S %Z}</time>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
