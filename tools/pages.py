"""The house lint for templates.

Pages are made of components (`kit/ui`), carry no script or style of their own, and say nothing untranslated:

* no `style=`, no `on…=` handlers, no `hx-on`, no `<script>` without `src`, no `<style>`;
* no `|safe` and no `{% autoescape off %}`;
* no raw `<button>`, `<input>` (but hidden ones), `<select>`, `<textarea>` outside the components of `kit/ui`;
* a form of the clinic that is typed into keeps it (`<c-unfinished />`), or says that nothing typed is lost with it
  (`data-unguarded`) or that it is kept elsewhere (`data-kept`);
* a Django tag stands on one line;
* every visible text, and every attribute people read, stands in `{% translate %}` or `{% blocktranslate %}`.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

from tools import findings, tree
from tools.findings import Finding

RAW_CONTROLS = {"button", "input", "select", "textarea"}
COMPONENT_FOLDER = "betony/kit/ui/templates/"
READ_ATTRIBUTES = {
    "alt", "aria-description", "aria-label", "aria-placeholder", "aria-roledescription", "aria-valuetext",
    "placeholder", "title",
}  # fmt: skip
# On components, these too are words for people.
COMPONENT_ATTRIBUTES = READ_ATTRIBUTES | {
    "caption",
    "empty",
    "heading",
    "hint",
    "label",
    "legend",
    "summary",
    "text",
}
# Where people type, and where forms keep what is typed.
TYPED_INTO = {"c-field", "c-input", "c-textarea", "c-select", "c-choice"}
KEEPS_TYPING = "betony/clinic/"
# Names are the same in every language.
BRANDS = ("Betony", "Fullscript")
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
TRANSLATED = re.compile(
    r"\{%\s*(?:blocktranslate|blocktrans)\b.*?%\}.*?\{%\s*end(?:blocktranslate|blocktrans)\s*%\}", re.DOTALL
)
# A block that fills a class attribute of the page it extends holds no words.
CLASS_BLOCK = re.compile(r"\{%\s*block\s+\w*class\s*%\}.*?\{%\s*endblock\b.*?%\}", re.DOTALL)
VERBATIM = re.compile(r"\{%\s*verbatim\b.*?%\}.*?\{%\s*endverbatim\s*%\}", re.DOTALL)
DJANGO_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&#?\w+;")


def _blank(match: re.Match[str]) -> str:
    """As many lines as before, and nothing on them."""
    return re.sub(r"[^\n]", " ", match[0])


class _Page(HTMLParser):
    """Collects the findings of one page, in the order they stand there."""

    def __init__(self, *, is_component: bool, keeps_typing: bool = False) -> None:
        super().__init__(convert_charrefs=False)
        self.is_component = is_component
        self.keeps_typing = keeps_typing
        self.found: list[tuple[int, str]] = []
        self._silent = 0
        # Whether the form that is open keeps what is typed; None outside of forms that must.
        self._is_kept: bool | None = None

    def _add(self, sentence: str) -> None:
        self.found.append((self.getpos()[0], sentence))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in {"script", "style"}:
            self._silent += 1
        if tag == "script" and "src" not in attributes and attributes.get("type") != "application/json":
            self._add("<script> without src: move it to a Stimulus controller")
        if tag == "style":
            self._add("<style>: styles come from the built stylesheet")
        is_hidden = tag == "input" and attributes.get("type") == "hidden"
        if tag in RAW_CONTROLS and not self.is_component and not is_hidden:
            self._add(f"raw <{tag}>: use the component of kit/ui")
        self._check_typing(tag, attributes)
        for name, value in attributes.items():
            self._check_attribute(tag, name, value)

    def _check_typing(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "form":
            is_sent = attributes.get("method") == "post" and self.keeps_typing
            must_keep = is_sent and not {"data-unguarded", "data-kept"} & attributes.keys()
            self._is_kept = False if must_keep else None
        if tag == "c-unfinished" and self._is_kept is False:
            self._is_kept = True
        if tag in TYPED_INTO and self._is_kept is False:
            self._add("what is typed here is lost with the tab: put <c-unfinished /> first in its form")
            self._is_kept = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in {"script", "style"}:
            self._silent -= 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent -= 1
        if tag == "form":
            self._is_kept = None

    def handle_data(self, data: str) -> None:
        if not self._silent and (words := untranslated_words(data)):
            self._add(f"text outside translate/blocktranslate: “{words}”")

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style":
            self._add("style=: use a class")
        if re.match(r"on[a-z]+$", name):
            self._add(f"{name}=: use a data-action")
        if name.startswith(("hx-on", "data-hx-on")):
            self._add(f"{name}: use a data-action")
        if value.strip().lower().startswith("javascript:"):
            self._add(f"{name}=javascript: use a data-action")
        readable = COMPONENT_ATTRIBUTES if tag.startswith("c-") else READ_ATTRIBUTES
        if name in readable and (words := untranslated_words(value)):
            self._add(f"{name}= outside translate: “{words}”")


def untranslated_words(text: str) -> str:
    """The words a person would read in a text, without brand names; empty when there are none."""
    plain = ENTITY.sub(" ", text)
    for brand in BRANDS:
        plain = re.sub(rf"\b{brand}\b", " ", plain)
    return " ".join(plain.split())[:60] if WORD.search(plain) else ""


def check(name: str, source: str) -> list[tuple[int, str]]:
    """The findings of one template, given by its repository path: (line, sentence)."""
    source = VERBATIM.sub(_blank, COMMENT.sub(_blank, source))
    found = []
    for number, line in enumerate(source.splitlines(), start=1):
        if re.search(r"\{\{[^}]*\|\s*safe\b", line):
            found.append((number, "|safe: clean it where it comes in, and mark it there"))
        if re.search(r"\{%\s*autoescape\s+off", line):
            found.append((number, "autoescape off: everything is escaped"))
    for match in DJANGO_TAG.finditer(source):
        if "\n" in match[0]:
            number = source.count("\n", 0, match.start()) + 1
            found.append((number, "a Django tag over several lines is shown as text: write it on one"))
    blanked = DJANGO_TAG.sub(_blank, CLASS_BLOCK.sub(_blank, TRANSLATED.sub(_blank, source)))
    if not name.endswith(".html"):
        return found + _plain_text(blanked)
    found += _structure(source, name)
    page = _Page(is_component=name.startswith(COMPONENT_FOLDER), keeps_typing=name.startswith(KEEPS_TYPING))
    page.feed(blanked)
    page.close()
    return sorted({*found, *page.found})


def _structure(source: str, name: str) -> list[tuple[int, str]]:
    """Forbidden markup also inside translated blocks, where the words themselves are allowed."""
    page = _Page(is_component=name.startswith(COMPONENT_FOLDER))
    page.feed(DJANGO_TAG.sub(_blank, source))
    page.close()
    return [(line, sentence) for line, sentence in page.found if "translate" not in sentence]


def _plain_text(blanked: str) -> list[tuple[int, str]]:
    return [
        (number, f"text outside translate/blocktranslate: “{words}”")
        for number, line in enumerate(blanked.splitlines(), start=1)
        if (words := untranslated_words(line))
    ]


def templates() -> list[Path]:
    """Every template of the project, pages and mails alike."""
    return [path for path in tree.files(".html", ".txt", under="betony") if "templates" in path.parts]


def main() -> int:
    """Check every template."""
    found = []
    for path in templates():
        source = path.read_text(encoding="utf-8")
        found += [Finding(path, line, sentence) for line, sentence in check(tree.shown(path), source)]
    return findings.tell(found)


if __name__ == "__main__":
    sys.exit(main())
