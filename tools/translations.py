"""The catalogue of translatable sentences: one for both servers, `locale/en/LC_MESSAGES/django.pot`.

`python -m tools.translations` writes it; with `--check` it only fails when the committed one is out of date.
Babel reads the sources, so gettext's system tools are not needed. Locations name files without lines: a
sentence that only moves changes nothing.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import write_po
from django.conf import settings
from django.utils.translation.template import templatize

from tools import pages, tree

CATALOGUE = tree.ROOT / "locale" / "en" / "LC_MESSAGES" / "django.pot"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# The header's date says nothing about the sentences, and would differ at every run.
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
Sentence = tuple[int, Any, list[str], str | None]


def sentences_of(path: Path, source: str) -> Iterator[Sentence]:
    """The sentences of one file as (line, message id, translators' comments, context)."""
    if path.suffix != ".py":
        source = as_python(source, name=tree.shown(path))
    yield from extract(
        "python",
        io.BytesIO(source.encode()),
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )


def as_python(source: str, *, name: str = "") -> str:
    """A template as lines of Python calls, so that one extractor reads both kinds of file."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    return "\n".join(line.lstrip() for line in templatize(source, name).split("\n"))


def catalogue() -> str:
    """The catalogue as it should be, made from every source and template."""
    collected = Catalog(project="Betony", charset="utf-8", creation_date=MADE_AT, revision_date=MADE_AT)
    sources = [path for path in tree.files(".py", under="betony") if "tests" not in path.parts]
    for path in sorted([*sources, *pages.templates()]):
        for _, message, comments, context in sentences_of(path, path.read_text(encoding="utf-8")):
            collected.add(message, locations=[(tree.shown(path), 0)], auto_comments=comments, context=context)
    written = io.BytesIO()
    write_po(written, collected, width=110, sort_output=True, include_lineno=False, omit_header=True)
    return HEADER + written.getvalue().decode()


HEADER = """# Every sentence that people can see, in both servers. Made by: python -m tools.translations
msgid ""
msgstr ""
"Project-Id-Version: Betony\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main(arguments: list[str]) -> int:
    """Write the catalogue, or with --check compare it."""
    wanted = catalogue()
    if "--check" in arguments:
        committed = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.is_file() else ""
        if committed == wanted:
            return 0
        print(f"{tree.shown(CATALOGUE)} is out of date: run python -m tools.translations and commit it.")
        return 1
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(wanted, encoding="utf-8")
    print(f"{tree.shown(CATALOGUE)}: {wanted.count('msgid ') - 1} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
