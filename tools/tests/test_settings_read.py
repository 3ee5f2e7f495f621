"""Every way in which the source reads a variable is found, and disagreements with the explanations are told."""

import pytest

from tools import settings_read, tree


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "ROOT", tmp_path)
    monkeypatch.setattr(settings_read, "MEANINGS", tmp_path / "settings.toml")
    path = tmp_path / "betony" / "settings.py"
    path.parent.mkdir()
    monkeypatch.setattr(tree, "files", lambda *suffixes, under="": [path])
    return path


def test_readers_the_environment_itself_and_names_put_together_are_found(source):
    source.write_text(
        'PORT = environment.number("BETONY_CLINIC_PORT", 8000)\n'
        'ENV = environment.choice("BETONY_ENV", ("demo", "test"), "demo")\n'
        'HOME = os.environ.get("BETONY_HOME")\n'
        'NAMES = ["BETONY_SMTP_URL"]\n'
        'url = environment.database(f"BETONY_{server}_DATABASE_URL")\n'
    )
    read = settings_read.reading()
    assert {name: variable.defaults for name, variable in read.variables.items()} == {
        "BETONY_CLINIC_PORT": {"8000"},
        "BETONY_ENV": {"demo"},
        "BETONY_HOME": set(),
        "BETONY_SMTP_URL": set(),
    }
    assert read.is_read("BETONY_CLINIC_DATABASE_URL")
    assert not read.is_read("BETONY_CLINIC_URL")


def test_a_django_setting_of_ours_is_no_variable(source):
    source.write_text(
        'BETONY_SEARCH_FUNCTIONS = set()\nname = getattr(settings, "BETONY_SEARCH_FUNCTIONS")\n'
    )
    assert settings_read.reading().variables == {}


def test_unexplained_and_unread_variables_are_told(source):
    source.write_text('PORT = environment.number("BETONY_CLINIC_PORT", 8000)\n')
    settings_read.MEANINGS.write_text('[BETONY_GONE]\nmeaning = "Nothing."\n')
    assert settings_read.disagreements() == [
        "BETONY_CLINIC_PORT is read by betony/settings.py and not explained in docs/settings.toml",
        "docs/settings.toml explains BETONY_GONE, which nothing reads",
    ]
