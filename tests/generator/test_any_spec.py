"""Any spec that is valid renders files that the real tools accept, with tests of its rules that pass.

`WATCHSPEC_EXAMPLES=500` tries so many specs, others each time; without it a few are tried, always the same ones.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import yaml
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from generator.cohorts import cohorts
from generator.findings.whole import findings
from generator.layout import COMPOSE, Files
from generator.render import render
from generator.versions import WEBHOOK_URL_FILE, reaches
from tests.support.need import program
from tests.support.spec_words import EXAMPLES, Section
from tests.support.specs import specs, text
from watchspec.errors import SpecInvalid
from watchspec.load import load
from watchspec.spec import Spec

_SECRET: Final = "kept to itself"
_FOLDERS: Final = ("rules/", "prometheus/", "alertmanager/")

profile = settings(
    max_examples=EXAMPLES or 10,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate],  # to make an example smaller takes promtool too long
    print_blob=True,
)


def _valid(plain: Section, folder: Path) -> Spec:
    """The spec that `plain` says, read as a user's file is; the example is dropped where it is a wrong one."""
    path = folder / "monitoring.yml"
    path.write_text(text(plain), encoding="utf-8")
    try:
        spec = load(path).spec
    except SpecInvalid as error:
        event(f"refused: {error.problems[0].message}")
        raise
    wrong = [finding for finding in findings(spec) if not finding.warning]
    if wrong:
        event(f"refused: {wrong[0].message}")
    assume(not wrong)
    return spec


def _write(files: Files, folder: Path) -> None:
    for path, body in files.items():
        if path.startswith(_FOLDERS):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(body, encoding="utf-8")


def _secret_files(value: object) -> Iterator[str]:
    """Files that a configuration of Prometheus refers to, which promtool looks for."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if str(key).endswith("_file") and isinstance(item, str):
                yield item
            yield from _secret_files(item)
    elif isinstance(value, list):
        for item in value:
            yield from _secret_files(item)


def _ask(name: str, *arguments: str | Path) -> None:
    command = [program(name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, f"{name}: {(done.stdout + done.stderr)[:6000]}"


def _can_judge(spec: Spec) -> bool:
    """Whether the amtool of this machine knows what `spec` is written for."""
    hooks = [channel.webhook for channel in spec.channels.values() if channel.webhook]
    said = subprocess.run([program("amtool"), "--version"], capture_output=True, text=True, check=True)
    return all(hook.url for hook in hooks) or reaches((said.stdout + said.stderr).split()[2], WEBHOOK_URL_FILE)


@profile
@given(specs())
def test_what_any_spec_renders_is_accepted_by_the_real_tools(plain: Section) -> None:
    """Rules without a lint, configurations, and tests of every rule that pass."""
    with tempfile.TemporaryDirectory(prefix="watchspec-") as name:
        folder = Path(name)
        spec = _valid(plain, folder)
        layout = replace(COMPOSE, rules="../rules/*.yml", files=f"{folder}/files", env=f"{folder}/env")
        _write(render(spec, layout), folder)
        configuration = folder / "prometheus/prometheus.yml"
        for path in _secret_files(yaml.safe_load(configuration.read_text(encoding="utf-8"))):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(_SECRET, encoding="utf-8")
        _ask("promtool", "check", "config", configuration)
        if _can_judge(spec):
            _ask("amtool", "check-config", folder / "alertmanager/alertmanager.yml")
        if found := sorted(folder.glob("rules/*.yml")):
            _ask("promtool", "check", "rules", "--lint=all", "--lint-fatal", *found)
            _ask("promtool", "test", "rules", *sorted(folder.glob("rules/tests/*.yml")))


@profile
@given(specs())
def test_any_spec_renders_the_same_bytes_again_and_a_rule_for_each_setting(plain: Section) -> None:
    """Whatever the order in which Python keeps its sets; and no more rules than settings that differ."""
    with tempfile.TemporaryDirectory(prefix="watchspec-") as name:
        folder = Path(name)
        files = render(_valid(plain, folder))
        spec = load(folder / "monitoring.yml").spec
    assert render(spec) == files
    alerts = [
        rule
        for path, body in files.items()
        if path.startswith("rules/") and path.count("/") == 1
        for group in yaml.safe_load(body)["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert len(alerts) == len(cohorts(spec)) + len(spec.rules)
