"""Committed files hold no registry address and no folder of one machine."""

import pytest

from tools import addresses, tree

SOMEWHERE = tree.ROOT / "requirements" / "base.txt"


@pytest.mark.parametrize(
    "line",
    [
        "-i https://pypi." + "org/simple",
        "--index" + "-url https://packages.example/simple",
        "https://registry.npmjs." + "org/htmx/-/htmx.tgz",
        "see /ro" + "ot/notes.txt",
        'HOME = "/wor' + 'k/main"',
        str(tree.ROOT) + "/betony",
    ],
)
def test_an_address_or_a_machine_folder_is_found(line):
    assert list(addresses.check_text(SOMEWHERE, line))


@pytest.mark.parametrize(
    "line", ["see /var/lib/betony", "GET /api/patients", "/homeopathy/list", "in ./work/x"]
)
def test_other_paths_are_left_alone(line):
    assert list(addresses.check_text(SOMEWHERE, line)) == []


def test_a_requirement_without_a_pinned_version_and_hashes_is_found():
    assert list(addresses.check_requirements(SOMEWHERE, "django>=5.2\n"))
    assert list(addresses.check_requirements(SOMEWHERE, "django==5.2.1 \\\n    --hash=sha256:aa\n")) == []


def test_an_npm_lock_with_addresses_or_without_hashes_is_found():
    resolved = (
        '{"packages": {"node_modules/a": {"resolved": "https://packages.example/a.tgz", "integrity": "x"}}}'
    )
    bare = '{"packages": {"": {}, "node_modules/a": {"version": "1.0.0"}}}'
    good = '{"packages": {"": {}, "node_modules/a": {"version": "1.0.0", "integrity": "x"}}}'
    assert list(addresses.check_npm_lock(SOMEWHERE, resolved))
    assert list(addresses.check_npm_lock(SOMEWHERE, bare))
    assert list(addresses.check_npm_lock(SOMEWHERE, good)) == []
