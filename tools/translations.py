"""The catalogues of sentences: what can be translated, and the French of the patients' doors.

`locale/en/LC_MESSAGES/django.pot` holds every sentence of both servers; `locale/fr_CA/LC_MESSAGES/django.po` those
of the doors in TRANSLATED, in Canadian French, and the `.mo` beside it is what the servers read.
`python -m tools.translations` writes them and keeps what was translated; with `--check` it only fails when a
committed one is out of date, or a sentence of these doors has no translation.
Babel reads the sources, so gettext's system tools are not needed. Locations name files without lines: a
sentence that only moves changes nothing.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from tools import pages, tree

CATALOGUE = tree.ROOT / "locale" / "en" / "LC_MESSAGES" / "django.pot"
FRENCH = tree.ROOT / "locale" / "fr_CA" / "LC_MESSAGES" / "django.po"
# The patients' doors, and what they are made of. People who work at a practice read English so far.
TRANSLATED = (
    "betony/dispensary/storefront/",
    "betony/dispensary/orders/",
    "betony/dispensary/patients/",
    "betony/dispensary/treatment_plans/",
    "betony/dispensary/catalog/models",
    "betony/kit/",
)
# The gallery stands in the demo, for those who build pages.
NOT_TRANSLATED = ("betony/kit/ui/templates/ui/gallery/", "betony/kit/ui/views.py", "betony/kit/ui/forms.py")
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
PLACE = re.compile(r"%\(\w+\)[sd]|%%")
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


def collected() -> Catalog:
    """Every sentence of every source and template, each with the files it stands in."""
    found = Catalog(project="Betony", charset="utf-8", creation_date=MADE_AT, revision_date=MADE_AT)
    sources = [path for path in tree.files(".py", under="betony") if "tests" not in path.parts]
    for path in sorted([*sources, *pages.templates()]):
        for _, message, comments, context in sentences_of(path, path.read_text(encoding="utf-8")):
            found.add(message, locations=[(tree.shown(path), 0)], auto_comments=comments, context=context)
    return found


def as_text(sentences: Catalog, header: str) -> str:
    """The catalogue as a file, under our own header: Babel's holds the hour at which it was made."""
    written = io.BytesIO()
    write_po(written, sentences, width=110, sort_output=True, include_lineno=False, omit_header=True)
    return header + written.getvalue().decode()


def french(sentences: Catalog, known: Catalog) -> Catalog:
    """The sentences of the translated doors, each with the translation that is known, or none."""
    found = Catalog(locale="fr_CA", charset="utf-8", creation_date=MADE_AT, revision_date=MADE_AT)
    for one in sentences:
        places = [place for place in one.locations if _is_translated(place[0])]
        if one.id and places:
            before = known.get(one.id, one.context)
            found.add(one.id, before.string if before else None, locations=places, context=one.context)
    return found


def _is_translated(place: str) -> bool:
    return place.startswith(TRANSLATED) and not place.startswith(NOT_TRANSLATED)


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences without a translation, or with one that lost or gained a place for a value."""
    wrong = []
    for one in catalogue:
        if not one.id:
            continue
        texts, originals = _forms(one.string), _forms(one.id)
        if not all(texts) or any(_places(text) != _places(originals[-1]) for text in texts):
            wrong.append(originals[0])
    return wrong


def _forms(text: object) -> list[str]:
    """A sentence as it is, or its singular and plural."""
    return [str(one or "") for one in text] if isinstance(text, list | tuple) else [str(text or "")]


def _places(text: str) -> list[str]:
    return sorted(PLACE.findall(text))


def known_french() -> Catalog:
    """What has been translated so far."""
    if not FRENCH.is_file():
        return Catalog(locale="fr_CA")
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr_CA")


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the servers read it."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


HEADER = """# Every sentence that people can see, in both servers. Made by: python -m tools.translations
msgid ""
msgstr ""
"Project-Id-Version: Betony\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


FRENCH_HEADER = """# The patients' doors in Canadian French. Made by: python -m tools.translations; translate it here.
# No translator and no pharmacist has reviewed it yet.
msgid ""
msgstr ""
"Project-Id-Version: Betony\\n"
"Language: fr_CA\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


def wanted() -> tuple[dict[Path, bytes], list[str]]:
    """What each file should hold, and the sentences that still want a translation."""
    sentences = collected()
    translated = french(sentences, known_french())
    files = {
        CATALOGUE: as_text(sentences, HEADER).encode(),
        FRENCH: as_text(translated, FRENCH_HEADER).encode(),
        FRENCH.with_suffix(".mo"): compiled(translated),
    }
    return files, untranslated(translated)


def main(arguments: list[str]) -> int:
    """Write the catalogues, or with --check compare them."""
    files, missing = wanted()
    for sentence in missing:
        print(f"{tree.shown(FRENCH)}: no translation, or not with the same values: {sentence}")
    if "--check" in arguments:
        old = [path for path, content in files.items() if not path.is_file() or path.read_bytes() != content]
        for path in old:
            print(f"{tree.shown(path)} is out of date: run python -m tools.translations and commit it.")
        return 1 if old or missing else 0
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{tree.shown(CATALOGUE)}: {files[CATALOGUE].decode().count('msgid ') - 1} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
