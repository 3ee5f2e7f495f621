"""What the documentation says can be followed."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tools import layers, tree

PAGES = [path for path in tree.files(".md") if "node_modules" not in path.parts]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")

# What the screens, the code and the documentation are built of; the last two lines are not built yet.
WORDS_OF_THE_HOUSE = (
    "organization", "practice", "location", "practitioner", "staff member", "patient", "chart", "delegation",
    "prescription", "prescription item", "prescriber", "dispensary", "connection", "link", "order", "draft",
    "waiting to send", "sent", "not sent", "cancelled", "treatment plan", "recommendation", "application", "grant",
    "action", "rule", "event", "job", "outbox", "webhook", "notice", "audit trail", "tenant",
    "consult", "plan item", "sign", "lock", "unlock", "addendum",
    "superbill", "person",
)  # fmt: skip


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=tree.shown)
def test_links_lead_somewhere(page: Path):
    broken = []
    for link in LINK.findall(_without_code(page.read_text(encoding="utf-8"))):
        address, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (page.parent / address) if address else page
        if not (target.exists() and (not anchor or anchor in _anchors(target.read_text(encoding="utf-8")))):
            broken.append(link)
    assert broken == []


def test_every_module_stands_in_its_servers_table_in_the_order_of_the_import_contract():
    """The two servers have modules of the same name, so each table is read by itself."""
    modules = {folder.name for folder in tree.app_folders(settings.BETONY_SERVER)}
    built = [layer & modules for layer in layers.layers_of(settings.BETONY_SERVER)]
    text = (tree.ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    _, _, rest = text.partition(f"**The {settings.BETONY_SERVER}**, from the top:")
    table = re.match(r"\s*((?:\|.*\n)+)", rest)
    assert table is not None
    rows = [row.split("|")[1] for row in table[1].splitlines()[2:]]
    assert [set(re.findall(r"`([a-z_]+)`", row)) for row in rows] == [layer for layer in built if layer]


def _glossary() -> list[str]:
    """Return the words that the glossary explains, in the order in which it does."""
    text = (tree.ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
    entries = re.findall(r"^(\*\*.+?) — ", text, flags=re.MULTILINE)
    return [word for entry in entries for word in re.findall(r"\*\*(.+?)\*\*", entry)]


def test_the_glossary_explains_a_word_once():
    words = [word.lower() for word in _glossary()]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("word", WORDS_OF_THE_HOUSE)
def test_the_words_of_the_house_stand_in_the_glossary(word: str):
    assert word in [one.lower() for one in _glossary()]


def test_every_decision_is_listed_and_has_its_three_parts():
    folder = tree.ROOT / "docs" / "adr"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for path in sorted(folder.glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        assert path.name in listed, f"{path.name} is not in the list"
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in text, f"{path.name} lacks {part}"
