"""Prometheus's web configuration file."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from watchspec import webconfig

_HASH = "$2y$10$EbNlRgqrSWvSB/vcjJQKe.AbCpYpDe4vKuOG5j9wOVPmTYSnTcFnS"
Read = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file of this text: exit status, standard output, standard error without the folder."""

    def run(text: str) -> tuple[int, str, str]:
        file = tmp_path / "web.yml"
        file.write_text(text)
        stdout, stderr = io.StringIO(), io.StringIO()
        status = webconfig.main([str(file)], stdout, stderr)
        return status, stdout.getvalue(), stderr.getvalue().replace(f"{file}:", "").strip()

    return run


def test_a_file_is_understood(read: Read, tmp_path: Path) -> None:
    """With paths taken from its own folder."""
    status, out, _ = read(
        "tls_server_config:\n"
        "  cert_file: tls/cert.pem\n"
        "  key_file: /etc/key.pem\n"
        "  client_auth_type: RequireAndVerifyClientCert\n"
        "  client_ca_file: ca.pem\n"
        "  client_allowed_sans: [prometheus.example]\n"
        "  min_version: TLS13\n"
        "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]\n"
        "  prefer_server_cipher_suites: true\n"
        "http_server_config: {http2: true, headers: {X-Frame-Options: SAMEORIGIN}}\n"
        f"basic_auth_users: {{bob: {_HASH}}}\n"
    )

    assert status == 0
    assert json.loads(out) == {
        "tls": {
            "cert_file": str(tmp_path / "tls/cert.pem"),
            "key_file": "/etc/key.pem",
            "client_ca_file": str(tmp_path / "ca.pem"),
            "client_auth_type": "RequireAndVerifyClientCert",
            "client_allowed_sans": ["prometheus.example"],
            "min_version": "TLSv1_3",
            "max_version": "TLSv1_3",
            "ciphers": "ECDHE-RSA-AES128-GCM-SHA256",
        },
        "headers": {"X-Frame-Options": "SAMEORIGIN"},
        "users": {"bob": _HASH},
    }


def test_an_empty_file_leaves_everything_open(read: Read) -> None:
    """As Prometheus takes it."""
    assert read("")[:2] == (0, '{"tls": null, "headers": {}, "users": {}}')


_TLS = "tls_server_config:\n  cert_file: a\n  key_file: b\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tls_config: {}", '1:1: tls_config: unknown key; did you mean "tls_server_config"?'),
        ("[]", "1:1: must be a mapping"),
        ("rate_limit: {}", "1:1: rate_limit: not offered; connections and scrapes are bounded anyway: remove it"),
        (f"{_TLS}  keyfile: c", '4:3: tls_server_config.keyfile: unknown key; did you mean "key_file"?'),
        ("tls_server_config: {key_file: b}", "cert_file is missing; TLS needs a certificate and its key"),
        (f"{_TLS}  min_version: TLS10", '"TLS10" is broken (RFC 8996); write TLS12 or TLS13'),
        (f"{_TLS}  min_version: TLS9", '"TLS9" is no such version; write TLS12 or TLS13'),
        (
            f"{_TLS}  min_version: TLS13\n  max_version: TLS12",
            "4:3: tls_server_config.min_version: is above max_version",
        ),
        (f"{_TLS}  client_auth_type: RequestClientCert", "RequestClientCert is not offered: a certificate that nobody"),
        (f"{_TLS}  client_auth_type: RequireAnyClientCert", "write RequireAndVerifyClientCert"),
        (f"{_TLS}  client_auth_type: VerifyClientCert", 'no such mode; did you mean "VerifyClientCertIfGiven"?'),
        (f"{_TLS}  client_auth_type: VerifyClientCertIfGiven", "VerifyClientCertIfGiven needs client_ca_file"),
        (f"{_TLS}  client_ca_file: c", "nobody is asked for a certificate; write client_auth_type as well"),
        (f"{_TLS}  client_allowed_sans: [a]", "needs client_auth_type: RequireAndVerifyClientCert"),
        (f"{_TLS}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]", "cipher_suites[0]"),
        (f"{_TLS}  cipher_suites: x", "must be a list of texts"),
        (f"{_TLS}  key: secret-key-here", "a key is never written into a configuration"),
        ("http_server_config: {headers: {X-Foo: a}}", "X-Foo: unknown key; "),
        ('http_server_config: {headers: {X-Frame-Options: "a\\r\\nb: c"}}', "must be printable ASCII text on one line"),
        ("basic_auth_users: {bob: hunter2}", "1:20: basic_auth_users.bob: not a bcrypt hash; make one with"),
        (f"basic_auth_users: {{bob: {_HASH.replace('$10$', '$31$')}}}", "a bcrypt cost of 31"),
        (f'basic_auth_users: {{"a:b": {_HASH}}}', 'has no ":"'),
        ("a: 1\na: 2", "2:1: a: duplicate key"),
    ],
)
def test_a_mistake_is_one_line_with_its_place_and_fix(read: Read, text: str, says: str) -> None:
    """And what was written as a secret is not repeated."""
    status, out, said = read(text)

    assert (status, out) == (2, "")
    assert says in said
    assert len(said.splitlines()) == 1
    assert not any(secret in said for secret in ("hunter2", "secret-key-here", _HASH))


def test_all_mistakes_are_told_at_once(read: Read) -> None:
    """Sorted by place."""
    _, _, said = read("tls_server_config: {cert_fil: a}\nbasic_auth_users: {bob: x}\n")

    assert [line.split(":")[0] for line in said.splitlines()] == ["1", "1", "1", "2"]


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """With the flag that named it."""
    stderr = io.StringIO()

    assert webconfig.main([str(tmp_path / "no.yml")], io.StringIO(), stderr) == 2
    assert "no such file; --web.config.file names" in stderr.getvalue()
