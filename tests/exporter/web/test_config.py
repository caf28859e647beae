"""The web configuration file, as the exporter takes it from a child process."""

from pathlib import Path

import pytest

from exporter.web.config import OPEN, Tls, Web, load
from watchspec.errors import UsageError

_HASH = "$2y$10$EbNlRgqrSWvSB/vcjJQKe.AbCpYpDe4vKuOG5j9wOVPmTYSnTcFnS"


def test_without_a_file_everything_is_open() -> None:
    """No TLS, no users."""
    assert load(None) == OPEN


def test_a_file_is_taken(tmp_path: Path) -> None:
    """With what it does not say by default."""
    file = tmp_path / "web.yml"
    file.write_text(f"tls_server_config: {{cert_file: c.pem, key_file: k.pem}}\nbasic_auth_users: {{bob: {_HASH}}}\n")

    found = load(file)

    assert found == Web(Tls(str(tmp_path / "c.pem"), str(tmp_path / "k.pem")), {"bob": _HASH})
    assert not found.asks_certificate


def test_what_is_wrong_is_the_users_to_mend(tmp_path: Path) -> None:
    """Every problem, with its place."""
    file = tmp_path / "web.yml"
    file.write_text("basic_auth_user: {}\n")

    with pytest.raises(UsageError) as caught:
        load(file)
    assert str(caught.value) == f'{file}:1:1: basic_auth_user: unknown key; did you mean "basic_auth_users"?'
