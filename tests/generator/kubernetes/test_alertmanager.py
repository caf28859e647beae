"""Alertmanager's configuration as a Secret."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from generator import alertmanager
from generator.layout import COMPOSE
from tests.support.manifests import CHANNELS, LACKING, read
from tests.support.need import program
from watchspec.spec import Spec

Make = Callable[[str], Mapping[str, Any]]
PLACE = "/etc/alertmanager/secrets/watchspec-secrets/"


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    return dict(found["servers/configuration.yml"]["stringData"])


def test_it_is_the_configuration_of_the_files_but_for_places(manifests: Make, spec_of: Callable[[str], Spec]) -> None:
    """Nothing that the spec says is lost, whatever an AlertmanagerConfig cannot say."""
    for text in (CHANNELS, LACKING):
        here = read(_texts(manifests(text))["alertmanager.yaml"])
        there = read(alertmanager.emit(spec_of(text), COMPOSE)["alertmanager/alertmanager.yml"])
        assert here["templates"] == ["/etc/alertmanager/config/*.tmpl"]
        assert _placeless({**here, "templates": []}) == _placeless({**there, "templates": []})


def _placeless(value: Any) -> Any:  # noqa: ANN401  # YAML
    if isinstance(value, dict):
        return {key: "file" if key.endswith("_file") else _placeless(item) for key, item in value.items()}
    return [_placeless(item) for item in value] if isinstance(value, list) else value


def test_every_file_is_a_key_of_the_secret_that_the_operator_mounts(manifests: Make) -> None:
    """`secrets.sh` makes exactly those."""
    found = manifests(CHANNELS)
    text = _texts(found)["alertmanager.yaml"]
    assert f"{PLACE}secrets.smtp\n" in text
    assert f"{PLACE}DISCORD\n" in text
    assert text.count("_file: ") == text.count(f"_file: {PLACE}") > 10
    assert found["servers/alertmanager.yml"]["spec"]["secrets"] == ["watchspec-secrets"]


def test_templates_lie_beside_it_and_in_a_configmap(manifests: Make) -> None:
    """The operator mounts the keys of the Secret into the folder that `templates:` names."""
    found = manifests(CHANNELS)
    beside = {name: text for name, text in _texts(found).items() if name != "alertmanager.yaml"}
    assert set(beside) == {"chat.tmpl", "mail.tmpl", "spec.tmpl", "text.tmpl", "watchspec.tmpl"}
    assert found["alertmanager/templates.yml"]["data"] == beside


def test_amtool_accepts_it_with_its_templates(manifests: Make, tmp_path: Path) -> None:
    """As the operator hands it on; with receivers that every version knows."""
    text = 'smtp: {host: "m:25", from: a@b.c}\nchannels: {m: {email: a@b.c, webhook: {url: "http://x"}}}\n'
    for name, each in _texts(manifests(text)).items():
        (tmp_path / name).write_text(each.replace("/etc/alertmanager/config", str(tmp_path)), encoding="utf-8")
    command = [program("amtool"), "check-config", str(tmp_path / "alertmanager.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " - 1 templates\n  SUCCESS" in done.stdout
