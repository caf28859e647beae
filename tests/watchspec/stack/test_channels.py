"""What `watchspec up` says of channels before it starts an Alertmanager of this machine."""

from pathlib import Path

import pytest

from tests.support import need
from tests.support.channels import CHANNELS
from watchspec.errors import EnvironmentFailure
from watchspec.load import load
from watchspec.spec import Spec
from watchspec.stack import channels


def spec_of(folder: Path, text: str) -> Spec:
    """The spec of `text`, which follows version and name."""
    path = folder / "monitoring.yml"
    path.write_text(f"version: 1\nname: x\n{text}")
    return load(path).spec


def pretend(folder: Path, version: str) -> str:
    """A program that says it is Alertmanager of some version."""
    path = folder / f"alertmanager-{version}"
    path.write_text(f"#!/bin/sh\necho 'alertmanager, version {version} (branch: HEAD, revision: x)'\n")
    path.chmod(0o755)
    return str(path)


def test_the_real_program_says_its_version() -> None:
    """With two dots."""
    assert channels.version(need.program("alertmanager")).count(".") == 2


def test_another_program_is_no_alertmanager(tmp_path: Path) -> None:
    """It is said, not guessed."""
    path = tmp_path / "other"
    path.write_text("#!/bin/sh\necho hello\n")
    path.chmod(0o755)
    with pytest.raises(EnvironmentFailure, match="does not say which it is"):
        channels.version(str(path))
    with pytest.raises(EnvironmentFailure, match="--version: "):
        channels.version(str(tmp_path / "nothing"))


def test_a_program_that_is_too_old_is_told_with_every_channel(tmp_path: Path) -> None:
    """One line for each, with the version that can."""
    old = pretend(tmp_path, "0.25.0")
    spec = spec_of(tmp_path, "channels: {a: {discord: {file: x}}, b: {telegram: {token: {file: y}, chat: 1}}}\n")
    with pytest.raises(EnvironmentFailure) as raised:
        channels.require(spec, old)
    who = f"Alertmanager 0.25.0, which is {old}, cannot reach"
    what, fix = "with secrets in files", "install a newer one, or remove it"
    assert str(raised.value).splitlines() == [
        f"channels.a.discord: {who} Discord {what}, 0.27 can; {fix}",
        f"channels.b.telegram: {who} Telegram {what}, 0.26 can; {fix}",
    ]
    channels.require(spec_of(tmp_path, CHANNELS), pretend(tmp_path, "0.33.1"))


def test_the_bundled_spec_needs_no_newer_one(root: Path, tmp_path: Path) -> None:
    """Debian's and Ubuntu's have 0.25."""
    channels.require(load(root / "monitoring.yml").spec, pretend(tmp_path, "0.25.0"))


def test_a_newline_that_would_be_sent_is_said(tmp_path: Path) -> None:
    """Where this version of Alertmanager takes it for a part of the secret."""
    text = """
smtp: {host: "m:25", from: a@b, username: a, password: {file: smtp}}
channels:
  a: {pushover: {user: {file: user}, token: {file: token}}, opsgenie: {file: key}}
  b: {email: a@b, discord: {file: hook}}
"""
    for name, content in {"smtp": "p\n", "user": "u", "token": "t\n", "key": "k\n", "hook": "h\n"}.items():
        (tmp_path / name).write_text(content)
    spec = spec_of(tmp_path, text)

    def said(version: str) -> list[str]:
        found = channels.doubtful(spec, tmp_path, pretend(tmp_path, version))
        return [warning.removeprefix("warning: ").split(f": {tmp_path}/")[0] for warning in found]

    assert said("0.33.1") == ["channels.a.pushover.token"]
    assert said("0.26.0") == ["smtp.password", "channels.a.opsgenie.key", "channels.a.pushover.token"]
