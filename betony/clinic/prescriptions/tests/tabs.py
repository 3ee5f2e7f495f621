"""A browser's tab with the writer open: it sends what its page shows along, and takes over what answers tell it."""

import html
import re

from betony.kit.ui.testing import HTMX

_SEEN = re.compile(r'<input type="hidden" id="(seen_[\w-]+)" name="\1" value="([^"]*)"')


class Tab:
    """One tab of a signed-in browser, with the writer open for a patient."""

    def __init__(self, browser, patient):
        self.browser = browser
        self.seen = {}
        self.page = ""
        self._take(browser.get(f"/fullscript/writer/{patient.pk}/", headers=HTMX))

    def _take(self, answer):
        self.page = html.unescape(re.sub(r"\s+", " ", answer.content.decode()))
        self.seen |= {name: html.unescape(value) for name, value in _SEEN.findall(answer.content.decode())}
        return answer

    def _post(self, draft, what, **typed):
        path = f"/fullscript/prescriptions/{draft.pk}/{what}/"
        return self._take(self.browser.post(path, self.seen | typed, headers=HTMX))

    def type_message(self, draft, message, **otherwise):
        return self._post(draft, "message", **({"message": message} | otherwise))

    def give_reason(self, draft, digest, reason):
        return self._post(draft, "reasons", **{f"reason-{digest}": reason})

    def save(self, draft, **typed):
        return self._post(draft, "save", **typed)

    def discard(self, draft):
        return self._post(draft, "discard", **{"from": "writer"})

    def show(self, draft, query=""):
        path = f"/fullscript/prescriptions/{draft.pk}/draft/{query}"
        return self._take(self.browser.get(path, headers=HTMX))
