"""What a message says, rendered by amtool."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import alertmanager
from generator.layout import COMPOSE
from tests.support.need import program
from watchspec.spec import Spec

ALERT = {
    "labels": {"alertname": "RedisDown", "severity": "critical", "target": "cache", "stack": "shop"},
    "annotations": {
        "summary": "Redis cache is down",
        "description": "It has not answered for 1m.",
        "runbook_url": "https://x/RedisDown.md",
        "dashboard_url": "https://grafana/d/1",
    },
    "startsAt": "2026-11-21T02:00:00+01:00",
    "endsAt": "2026-11-21T01:30:00Z",
}


@pytest.fixture
def said(spec_of: Callable[[str], Spec], tmp_path: Path) -> Callable[[str, str], str]:
    """Render one of our templates for the alert in a status."""

    def render(template: str, status: str) -> str:
        files = alertmanager.emit(spec_of(""), COMPOSE)
        (tmp_path / "watchspec.tmpl").write_text(files["alertmanager/templates/watchspec.tmpl"])
        (tmp_path / "data.json").write_text(
            json.dumps(
                {
                    "status": status,
                    "alerts": [{**ALERT, "status": status}],
                    "commonLabels": ALERT["labels"],
                    "externalURL": "http://alertmanager:9093",
                }
            )
        )
        command = [program("amtool"), "template", "render", f"--template.glob={tmp_path}/*.tmpl"]
        text = f'--template.text={{{{ template "{template}" . }}}}'
        data = f"--template.data={tmp_path / 'data.json'}"
        done = subprocess.run([*command, text, data], capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return render


def test_the_subject_says_what_is_wrong_with_what(said: Callable[[str, str], str]) -> None:
    """And whether it still is."""
    assert said("watchspec.subject", "firing").strip() == "[FIRING:1] critical RedisDown cache (shop)"
    assert said("watchspec.subject", "resolved").strip() == "[RESOLVED] critical RedisDown cache (shop)"


def test_the_text_says_all_that_is_needed_to_act(said: Callable[[str, str], str]) -> None:
    """Line by line, in UTC."""
    assert said("watchspec.text", "firing").strip().splitlines() == [
        "Status: firing",
        "Severity: critical",
        "Target: cache",
        "Summary: Redis cache is down",
        "Description: It has not answered for 1m.",
        "Since: 2026-11-21 01:00:00 UTC",
        "Runbook: https://x/RedisDown.md",
        "Dashboard: https://grafana/d/1",
        "",
        "Alertmanager: http://alertmanager:9093",
    ]


def test_the_end_of_a_problem_says_when_it_was(said: Callable[[str, str], str]) -> None:
    """After its beginning."""
    assert "Until: 2026-11-21 01:30:00 UTC" in said("watchspec.text", "resolved")
