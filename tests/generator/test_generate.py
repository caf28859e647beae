"""The command `watchspec generate`."""

import io
from pathlib import Path

import pytest

from watchspec.cli import main

SPEC = "version: 1\nname: stack\nredis: [{name: cache, url: 'redis://x:6379'}]\n"


def _ran(*argv: object) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(["generate", *map(str, argv)], stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A small spec."""
    path = tmp_path / "monitoring.yml"
    path.write_text(SPEC)
    return path


def test_it_writes_beside_the_spec_and_says_what_changed(spec: Path) -> None:
    """Once; then there is nothing to do."""
    status, said, _ = _ran(spec)
    assert status == 0
    assert said.endswith(f" files written, 0 unchanged, 0 removed in {spec.parent}\n")
    assert (spec.parent / "rules/redis.yml").exists()
    assert _ran(spec)[1].startswith("0 files written, ")


def test_check_shows_the_drift_and_writes_nothing(spec: Path) -> None:
    """With an exit status of its own."""
    _ran(spec)
    spec.write_text(SPEC + "alerts: {RedisDown: {for: 7m}}\n")
    before = (spec.parent / "rules/redis.yml").read_text()
    status, said, error = _ran(spec, "--check")
    assert status == 3
    assert "-        for: 1m\n+        for: 7m\n" in said
    assert "run: watchspec generate" in error
    assert (spec.parent / "rules/redis.yml").read_text() == before
    _ran(spec)
    assert _ran(spec, "--check")[0] == 0


def test_a_wrong_spec_gets_all_its_problems_and_writes_nothing(spec: Path) -> None:
    """Each with its line and column."""
    spec.write_text(SPEC + "alerts:\n  RedisDwon: off\n  RedisMemoryUsage: {warning: 120%}\n")
    status, said, error = _ran(spec, "-o", spec.parent / "out")
    assert status == 2
    assert said == ""
    assert f"{spec}:5:3: alerts.RedisDwon: no such alert" in error
    assert f"{spec}:6:22: alerts.RedisMemoryUsage.warning: 120% is out of range" in error
    assert not (spec.parent / "out").exists()


def test_another_folder_may_be_named(spec: Path) -> None:
    """It is made if need be."""
    assert _ran(spec, "-o", spec.parent / "deep/out")[0] == 0
    assert (spec.parent / "deep/out/alertmanager/alertmanager.yml").exists()
    assert not (spec.parent / "rules").exists()


def test_manifests_for_kubernetes_lie_in_a_folder_of_their_own(spec: Path) -> None:
    """With a manifest of their own: neither target calls the other's files stale."""
    _ran(spec)
    status, said, error = _ran(spec, "--target", "kubernetes")
    assert status == 0
    assert "AlertmanagerConfig" not in error
    folder = spec.parent / "kubernetes"
    assert said.endswith(f" files written, 0 unchanged, 0 removed in {folder}\n")
    assert (folder / "rules/redis.yml").read_text().count("kind: PrometheusRule") == 1
    assert (spec.parent / "rules/redis.yml").exists()
    assert _ran(spec)[1].startswith("0 files written, ")
    assert _ran(spec, "--target", "kubernetes")[1].startswith("0 files written, ")


def test_manifests_are_checked_and_removed_like_other_files(spec: Path) -> None:
    """Drift is shown and has its exit status; what the spec no longer needs goes."""
    there = (spec, "--target", "kubernetes", "-o", spec.parent / "out")
    _ran(*there)
    spec.write_text(SPEC.replace("redis://x:6379", "http://x").replace("redis:", "services:"))
    status, said, error = _ran(*there, "--check")
    assert status == 3
    assert "on disk/rules/redis.yml" in said
    assert "run: watchspec generate --target kubernetes" in error
    assert (spec.parent / "out/kubernetes/rules/redis.yml").exists()
    assert _ran(*there)[0] == 0
    assert not (spec.parent / "out/kubernetes/rules/redis.yml").exists()
    assert (spec.parent / "out/kubernetes/rules/service.yml").exists()


def test_what_an_alertmanagerconfig_cannot_say_is_said(spec: Path) -> None:
    """The others are written all the same."""
    spec.write_text(SPEC + "channels: {tickets: {jira: {url: 'https://j', project: P, token: {env: J}}}}\n")
    status, _, error = _ran(spec, "--target", "kubernetes")
    assert status == 0
    assert "  channels.tickets: it cannot tell Jira so\n" in error
    assert not (spec.parent / "kubernetes/alertmanager/config.yml").exists()
    assert (spec.parent / "kubernetes/servers/configuration.yml").exists()
