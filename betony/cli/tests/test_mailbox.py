"""The demo mailbox keeps every mail and shows it without believing anything in it."""

import http.client
import smtplib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from betony.cli.mailbox import pages, receiver
from betony.cli.mailbox.store import Store
from betony.cli.mailbox.website import Website


@dataclass(frozen=True)
class Mailbox:
    folder: Path
    page_port: int
    smtp_port: int

    def send(self, subject: str, text: str) -> None:
        mail = EmailMessage()
        mail["Subject"] = subject
        mail["From"] = "Meadowlark <no-reply@clinic.betony.example>"
        mail["To"] = "zoe@example.com"
        mail["Date"] = "Mon, 03 Mar 2025 09:30:00 +0000"
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5) as client:
            client.send_message(mail)

    def get(self, path: str, host: str = "localhost") -> tuple[int, str, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.page_port, timeout=5)
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body, answer


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    store = Store(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        smtp_port = probe.getsockname()[1]
    taking = receiver.receive(store, smtp_port)
    with Website(store, 0) as website:
        thread = threading.Thread(target=website.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Mailbox(folder=tmp_path, page_port=website.server_address[1], smtp_port=smtp_port)
        website.shutdown()
        thread.join()
    taking.stop()


def test_mails_are_numbered_files_in_order(mailbox: Mailbox) -> None:
    mailbox.send("First", "one")
    mailbox.send("Second", "two")
    assert sorted(path.name for path in mailbox.folder.iterdir()) == ["0001.eml", "0002.eml"]
    assert "Subject: Second" in (mailbox.folder / "0002.eml").read_text()


def test_numbering_goes_on_after_a_restart_and_past_four_digits(tmp_path: Path) -> None:
    (tmp_path / "9999.eml").write_bytes(b"Subject: old\n\nold")
    assert Store(tmp_path).add(b"Subject: new\n\nnew") == 10000
    assert Store(tmp_path).numbers() == [10000, 9999]


def test_the_newest_mail_stands_first(mailbox: Mailbox) -> None:
    mailbox.send("First", "one")
    mailbox.send("Second", "two")
    _status, body, _answer = mailbox.get("/")
    assert body.index("Second") < body.index("First")
    assert "2025-03-03 09:30:00" in body


def test_a_mail_shows_its_text_with_links_to_follow(mailbox: Mailbox) -> None:
    mailbox.send("Welcome", "Set your password: http://localhost:8001/welcome/?a=1&b=2.\nThank you")
    _status, body, _answer = mailbox.get("/1")
    assert '<a href="http://localhost:8001/welcome/?a=1&amp;b=2" rel="noreferrer">' in body
    assert "Thank you" in body


def test_nothing_in_a_mail_is_markup(mailbox: Mailbox) -> None:
    mailbox.send("<script>alert(1)</script>", "<img src=x onerror=alert(1)> javascript:alert(1)")
    for path in ("/", "/1"):
        _status, body, answer = mailbox.get(path)
        assert "<script" not in body
        assert "<img" not in body
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert 'href="javascript' not in mailbox.get("/1")[1]


def test_names_with_accents_are_shown(mailbox: Mailbox) -> None:
    mailbox.send("Für Zoë Nakamura-O'Brien", "Grüße, Zoë")
    assert "Zoë Nakamura-O&#x27;Brien" in mailbox.get("/")[1]
    assert "Grüße, Zoë" in mailbox.get("/1")[1]


@pytest.mark.parametrize("path", ["/2", "/0001.eml", "/../0001.eml", "/x", "/99999999999"])
def test_other_addresses_lead_nowhere(mailbox: Mailbox, path: str) -> None:
    mailbox.send("Only", "one")
    assert mailbox.get(path)[0] == http.client.NOT_FOUND


def test_another_name_for_this_machine_is_refused(mailbox: Mailbox) -> None:
    mailbox.send("Private", "one")
    status, body, _answer = mailbox.get("/", host="evil.example")
    assert status == http.client.MISDIRECTED_REQUEST
    assert "Private" not in body


def test_a_mail_that_is_not_a_mail_is_shown_all_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(b"\xff\xfe\x00 no headers at all")
    store.add(b"Subject: =?unknown?b?xx?=\nContent-Type: text/plain; charset=nonsense\n\n\xff")
    for number in store.numbers():
        mail = store.get(number)
        assert mail is not None
        assert "<h1>" in pages.one_mail(mail)


def test_older_mails_are_a_page_further(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(b"Subject: one\n\none")
    mail = store.get(1)
    assert mail is not None
    assert '<a href="/?before=1">Older mails</a>' in pages.mail_list([mail], 1)


def test_an_empty_mailbox_says_what_will_stand_there(mailbox: Mailbox) -> None:
    assert "No mail yet" in mailbox.get("/")[1]
