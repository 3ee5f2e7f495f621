"""A misspelt component, icon or tone shows only when that part of a page is drawn; here it shows at once."""

import re
from pathlib import Path

import pytest

from betony.kit.ui import icons

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[3]
COMPONENTS = {path.stem.replace("_", "-") for path in (ROOT / "kit/ui/templates/cotton").glob("*.html")}
BUILT_IN = {"vars", "slot"}
CHOICES = {
    "icon": set(icons.names()),
    "icon-end": set(icons.names()),
    "tone": {"neutral", "info", "ok", "wait", "warn", "error", "accent"},
    "variant": {"primary", "secondary", "quiet", "danger"},
    "size": {"small", "large", "wide"},
}
TAG = re.compile(r"<c-([a-z-]+)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>")
ATTRIBUTE = re.compile(r"\s([a-z-]+)=\"([^\"{]*)\"")
PAGES = sorted(path for path in ROOT.rglob("*.html") if "cotton" not in path.parts)


def _mistakes(source: str) -> list[str]:
    found = []
    for name, attributes in TAG.findall(source):
        if name not in COMPONENTS | BUILT_IN:
            found.append(f"<c-{name}>")
        for attribute, value in ATTRIBUTE.findall(attributes):
            allowed = set(icons.names()) if (name, attribute) == ("icon", "name") else CHOICES.get(attribute)
            if allowed is not None and value and value not in allowed:
                found.append(f'<c-{name} {attribute}="{value}">')
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_uses_components_icons_and_tones_that_exist(page: Path) -> None:
    assert _mistakes(page.read_text(encoding="utf-8")) == []


def test_mistakes_are_seen() -> None:
    assert _mistakes('<c-buton></c-buton><c-badge tone="red" icon="unicorn" /><c-icon name="x y" />') == [
        "<c-buton>",
        '<c-badge tone="red">',
        '<c-badge icon="unicorn">',
        '<c-icon name="x y">',
    ]
