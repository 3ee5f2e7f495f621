"""The home folder keeps what it holds to its owner."""

from pathlib import Path

from betony.cli import home


def test_the_default_home_is_in_the_checkout() -> None:
    assert home.home_folder({}) == home.checkout() / ".betony"


def test_the_environment_chooses_the_home(tmp_path: Path) -> None:
    assert home.home_folder({"BETONY_HOME": str(tmp_path / "here")}) == tmp_path / "here"


def test_a_new_home_can_be_passed_but_not_listed(tmp_path: Path) -> None:
    home.make_home(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o711


def test_a_home_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir(mode=0o700)
    home.make_home(tmp_path / "old")
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o700


def test_a_private_file_is_for_its_owner_alone_and_leaves_no_draft(tmp_path: Path) -> None:
    home.write_private_file(tmp_path / "secret", "first")
    home.write_private_file(tmp_path / "secret", "second")
    assert (tmp_path / "secret").read_text() == "second"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
