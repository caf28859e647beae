"""Installing from the distribution; apt itself is a script here, for a test must not change the machine."""

from pathlib import Path

import pytest

from watchspec.errors import EnvironmentFailure
from watchspec.stack import distribution


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def script(path: Path, text: str) -> None:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_packages_are_installed_while_services_are_forbidden(programs: Path, tmp_path: Path) -> None:
    """The policy answers 101 while apt runs, and is gone afterwards."""
    policy, calls = tmp_path / "policy-rc.d", tmp_path / "calls"
    script(programs / "apt-get", f'{policy}; echo "$? $DEBIAN_FRONTEND $*" >> {calls}')
    distribution.install(["prometheus"], policy)
    assert calls.read_text().splitlines() == [
        "101 noninteractive -q update",
        "101 noninteractive -q install -y --no-install-recommends prometheus",
    ]
    assert not policy.exists()


def test_a_failure_is_apts_own_last_line_and_leaves_no_policy(programs: Path, tmp_path: Path) -> None:
    """A policy left behind would keep the machine's services from starting for ever."""
    policy = tmp_path / "policy-rc.d"
    script(programs / "apt-get", "echo first >&2; echo 'E: no network' >&2; exit 100")
    with pytest.raises(EnvironmentFailure, match="apt-get -q update: E: no network"):
        distribution.install(["prometheus"], policy)
    assert not policy.exists()


def test_a_machines_own_policy_stays(programs: Path, tmp_path: Path) -> None:
    """Whoever wrote it had a reason."""
    policy = tmp_path / "policy-rc.d"
    script(policy, "exit 104")
    script(programs / "apt-get", ":")
    distribution.install(["prometheus"], policy)
    assert "exit 104" in policy.read_text()


@pytest.mark.parametrize(
    ("program", "calls"),
    [
        ("systemctl", ["disable --now prometheus", "disable --now redis-server"]),
        ("deb-systemd-helper", ["disable prometheus.service", "disable redis-server.service"]),
        ("update-rc.d", ["prometheus disable", "redis-server disable"]),
    ],
)
def test_services_are_disabled_whichever_init_there_is(
    programs: Path, tmp_path: Path, program: str, calls: list[str]
) -> None:
    """Nothing of them starts at the next boot either."""
    script(programs / "apt-get", ":")
    script(programs / program, f'echo "$*" >> {tmp_path}/calls')
    distribution.install(["prometheus", "redis-server"], tmp_path / "policy-rc.d")
    assert (tmp_path / "calls").read_text().splitlines() == calls


@pytest.mark.usefixtures("programs")
def test_what_is_lacking_is_named_where_nothing_may_be_installed(capsys: pytest.CaptureFixture[str]) -> None:
    """And the tests go on: they skip, or fail in CI, themselves."""
    assert distribution.main(may_install=False) == 0
    assert "redis-server" in (line := capsys.readouterr().err)
    assert "prometheus prometheus-alertmanager" in line


def test_a_package_whose_programs_are_there_is_not_lacking(programs: Path) -> None:
    """By program, whoever installed it."""
    script(programs / "redis-server", ":")
    assert "redis-server" not in distribution.lacking()
    assert "prometheus" in distribution.lacking()


@pytest.mark.usefixtures("programs")
def test_what_cannot_be_installed_does_not_keep_the_rest_out(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Servers first, then the browser, then what checks dashboards; of the last, only what is lacking."""
    script(programs / "apt-get", ":")
    script(programs / "node", ":")
    asked: list[list[str]] = []

    def install(packages: list[str]) -> None:
        asked.append(packages)
        raise EnvironmentFailure(f"E: {packages[-1]}")

    monkeypatch.setattr(distribution, "install", install)
    monkeypatch.setattr(distribution, "is_root", lambda: True)
    assert distribution.main(may_install=True) == 0
    assert [group[-1] for group in asked] == ["prometheus-alertmanager", "chromium-driver", "npm"]
    assert asked[-1] == ["npm"]
    assert "E: npm" in capsys.readouterr().err
