"""The web side of the mailbox."""

import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from betony.cli.mailbox import pages
from betony.cli.mailbox.store import Store

PAGE_SIZE = 100
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HOSTS = ("localhost", "127.0.0.1")


class Website(ThreadingHTTPServer):
    """Serves the pages of one store on a port of this machine."""

    daemon_threads = True

    def __init__(self, store: Store, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.store = store


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    server: Website
    server_version = "betony-mailbox"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        status, content_type, content = self._answer()
        body = content.encode(errors="replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self) -> tuple[HTTPStatus, str, str]:
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in HOSTS:
            # Another site's name that points at this machine must not read the mails.
            return HTTPStatus.MISDIRECTED_REQUEST, "text/plain", "This is localhost."
        address = urlsplit(self.path)
        if address.path == "/style.css":
            return HTTPStatus.OK, "text/css", pages.STYLE
        if address.path == "/":
            return HTTPStatus.OK, "text/html", self._list(parse_qs(address.query).get("before", [""])[0])
        match = re.fullmatch(r"/(\d{1,9})", address.path)
        mail = self.server.store.get(int(match.group(1))) if match else None
        if mail is None:
            return HTTPStatus.NOT_FOUND, "text/html", pages.not_found()
        return HTTPStatus.OK, "text/html", pages.one_mail(mail)

    def _list(self, before: str) -> str:
        numbers = self.server.store.numbers()
        if before.isdecimal():
            numbers = [number for number in numbers if number < int(before)]
        shown = [self.server.store.get(number) for number in numbers[:PAGE_SIZE]]
        older = numbers[PAGE_SIZE - 1] if len(numbers) > PAGE_SIZE else None
        return pages.mail_list([mail for mail in shown if mail is not None], older)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Keep addresses out of the log."""
