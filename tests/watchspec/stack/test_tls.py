"""Certificates and the password of a secure stack: made once, or at each start, and each for whom it is."""

import json
import ssl
import subprocess
from pathlib import Path

import bcrypt
import pytest

from generator.layout import COMPOSE
from tests.support.need import program
from watchspec.errors import EnvironmentFailure
from watchspec.stack import access, tls
from watchspec.webconfig import read


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder on the machine."""
    program("openssl")
    folder = tmp_path_factory.mktemp("secrets") / "tls"
    tls.create(folder)
    return folder


@pytest.fixture(scope="module")
def volume(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in the volume."""
    folder = tmp_path_factory.mktemp("volume")
    for name, text, _ in tls.contents(made):
        (folder / name).write_text(text)
    return folder


def test_the_generator_points_to_where_they_are() -> None:
    """The same user, and files that the volume has."""
    assert COMPOSE.access is not None
    assert (COMPOSE.access.user, COMPOSE.access.password, COMPOSE.access.ca) == (
        access.USER, f"{access.AT}/password", f"{access.AT}/ca.pem"
    )  # fmt: skip


def test_the_authority_and_the_password_are_made_once_for_us_alone(made: Path) -> None:
    """A second start changes nothing, so that running parts go on trusting each other."""
    before = {path.name: path.read_text() for path in made.iterdir()}
    assert before.keys() == {"password", "ca.key", "ca.pem"}
    assert tls.create(made) == [made]
    assert {path.name: path.read_text() for path in made.iterdir()} == before
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}
    assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("part", access.PARTS)
@pytest.mark.parametrize("name", ["part", "localhost", "127.0.0.1", "elsewhere"])
def test_a_certificate_is_good_for_its_part_and_for_loopback(made: Path, volume: Path, part: str, name: str) -> None:
    """OpenSSL verifies the chain and the name, as every client does."""
    host = part if name == "part" else name
    kind = "-verify_ip" if host[0].isdigit() else "-verify_hostname"
    check = ["openssl", "verify", "-purpose", "sslserver", kind, host]
    command: list[str | Path] = [*check, "-CAfile", made / "ca.pem", volume / f"{part}.pem"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (name != "elsewhere"), done.stderr


@pytest.mark.parametrize("part", access.PARTS)
def test_a_parts_web_configuration_is_whole(volume: Path, part: str) -> None:
    """The exporter's own reader takes it; the key fits the certificate; the hash is the password's."""
    found = read(volume / f"{part}.yml")
    files = found["tls"]
    assert isinstance(files, dict)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files["cert_file"], files["key_file"])
    users = found["users"]
    assert isinstance(users, dict)
    assert bcrypt.checkpw((volume / "password").read_bytes(), users[access.USER].encode())


def test_keys_and_hashes_are_for_their_part_alone(made: Path) -> None:
    """Everybody may read the password: all of them are asked by health checks, and some ask."""
    owners = {name: owner for name, _, owner in tls.contents(made)}
    own = {f"{part}.{what}": user for part, user in access.PARTS.items() for what in ("key", "yml")}
    assert {name: owner for name, owner in owners.items() if owner is not None} == own
    assert owners.keys() == {*own, *(f"{part}.pem" for part in access.PARTS), "ca.pem", "password", "client.yml"}


def test_certificates_are_new_at_every_start(made: Path, volume: Path) -> None:
    """So none of them runs out in a stack that is started now and then."""
    again = {name: text for name, text, _ in tls.contents(made)}
    assert again["prometheus.pem"] != (volume / "prometheus.pem").read_text()


def test_an_open_stack_has_files_that_say_nothing() -> None:
    """They are named on every command line."""
    assert [*tls.contents(None)] == [(f"{part}.yml", "{}\n", None) for part in access.PARTS]


def test_the_clients_file_has_absolute_paths() -> None:
    """Prometheus's tools take relative ones from two folders up."""
    assert json.loads(json.dumps(tls.client()))["tls_config"] == {"ca_file": f"{access.AT}/ca.pem"}


def test_without_openssl_the_start_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next one tries again."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFailure, match="there is no openssl here"):
        tls.create(tmp_path / "tls")
    assert not (tmp_path / "tls" / "ca.pem").exists()
