"""What the documentation says can be followed."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tools import tree

PAGES = [path for path in tree.files(".md") if "node_modules" not in path.parts]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


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


def test_every_module_stands_in_the_architecture():
    text = (tree.ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = [folder.name for folder in tree.app_folders(settings.BETONY_SERVER)]
    assert [name for name in modules if f"`{name}`" not in text] == []


def test_the_words_of_the_house_stand_in_the_glossary_in_order():
    text = (tree.ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
    words = re.findall(r"^\*\*(.+?)\*\*", text, flags=re.MULTILINE)
    assert len(words) == len(set(words))
    assert len(words) > 40


def test_every_decision_is_listed_and_has_its_three_parts():
    folder = tree.ROOT / "docs" / "adr"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for path in sorted(folder.glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        assert path.name in listed, f"{path.name} is not in the list"
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in text, f"{path.name} lacks {part}"
