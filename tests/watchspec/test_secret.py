"""Secrets are read where they lie, and a failure names the place only."""

from pathlib import Path

import pytest

from watchspec.errors import SecretUnreadable
from watchspec.secret import read
from watchspec.spec import Secret


def test_a_relative_file_lies_below_the_folder_of_the_spec(tmp_path: Path) -> None:
    """One newline at the end belongs to the editor, not to the secret."""
    (tmp_path / "redis").write_text("s3cret \n\n")

    assert read(Secret(file="redis"), tmp_path) == "s3cret \n"


def test_an_absolute_file_stays_where_it_is(tmp_path: Path) -> None:
    """Such as one below /run/secrets."""
    (tmp_path / "redis").write_text("s3cret")

    assert read(Secret(file=str(tmp_path / "redis")), Path("/nowhere")) == "s3cret"


def test_an_environment_variable_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And may be empty, if it is set."""
    monkeypatch.setenv("WATCHSPEC_TEST", "")

    assert read(Secret(env="WATCHSPEC_TEST"), tmp_path) == ""


def test_a_variable_that_is_not_set_may_be_a_credential(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file of its name where systemd, or the compose stack, keeps them; the variable wins."""
    (tmp_path / "WATCHSPEC_TEST").write_text("from the file\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.delenv("WATCHSPEC_TEST", raising=False)
    assert read(Secret(env="WATCHSPEC_TEST"), Path("/nowhere")) == "from the file"

    monkeypatch.setenv("WATCHSPEC_TEST", "from the variable")
    assert read(Secret(env="WATCHSPEC_TEST"), Path("/nowhere")) == "from the variable"

    with pytest.raises(SecretUnreadable, match="the environment variable OTHER is not set"):
        read(Secret(env="OTHER"), tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With the reason of the system."""
    with pytest.raises(SecretUnreadable, match=r"/nothing: cannot read this secret: No such file or directory"):
        read(Secret(file="nothing"), tmp_path)


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is what an operator forgets to export."""
    monkeypatch.delenv("WATCHSPEC_TEST", raising=False)
    with pytest.raises(SecretUnreadable, match="the environment variable WATCHSPEC_TEST is not set"):
        read(Secret(env="WATCHSPEC_TEST"), tmp_path)


def test_bytes_that_are_no_text_are_not_shown(tmp_path: Path) -> None:
    """A key file given by mistake."""
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    with pytest.raises(SecretUnreadable, match="not UTF-8 text"):
        read(Secret(file="key"), tmp_path)
