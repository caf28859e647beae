"""What `watchspec status` prints."""

import json

import pytest

from watchspec.stack.status import Part, Rules, Status, Targets, document, text

NOW = 1_000_000.0
WELL = Part("prometheus", "healthy", well=True, since=NOW - 90, address="http://127.0.0.1:9090", version="3.5.3")
GONE = Part("exporter", "not running", well=False, problem="it ended")
STATUS = Status(
    "with Docker Compose", "monitoring.yml", (WELL,), Targets(3, ()), {"critical": 1, "warning": 2}, 1, Rules(5, 5)
)


def test_each_part_and_each_question_has_a_line() -> None:
    """Columns stand under each other."""
    lines = text(STATUS, NOW).splitlines()
    assert lines[0] == "monitoring.yml runs with Docker Compose"
    assert lines[2].startswith("  prometheus  healthy  since 1970-01-1")
    assert lines[2].endswith(" (1m)     http://127.0.0.1:9090  3.5.3")
    assert lines[4:] == [
        "targets: 3 up, 0 down", "alerts firing: 1 critical, 2 warning", "silences: 1",
        "rules: 5 loaded, 5 generated", "all is well",
    ]  # fmt: skip


def test_what_nobody_answered_has_no_line_but_its_reason() -> None:
    """A zero would be a lie."""
    lines = text(Status("natively", "a.yml", (WELL,), unknown=["alertmanager: does not answer"]), NOW).splitlines()
    assert lines[4:] == ["unknown: alertmanager: does not answer", "something is not well"]


@pytest.mark.parametrize(
    ("status", "well"),
    [
        (STATUS, True),
        (Status("", "", (WELL, GONE), Targets(1, ())), False),
        (Status("", "", (WELL,), Targets(1, ("cache",))), False),
        (Status("", "", (WELL,), Targets(1, (), ("cache",))), False),
        (Status("", "", (WELL,), Targets(1, ()), drift=["rules"]), False),
        (Status("", "", (WELL,)), False),
        (Status("", "", (Part("exporter", "healthy", well=True),)), True),
    ],
)
def test_all_is_well_if_all_parts_are_and_run_what_they_should_and_reach_what_they_watch(
    status: Status, *, well: bool
) -> None:
    """An exporter alone has nobody to say what it reaches."""
    assert status.well is well


def test_the_document_is_json_with_everything() -> None:
    """And the verdict first."""
    found = json.loads(json.dumps(document(STATUS)))
    assert found["well"] is True
    assert found["parts"][0]["since"] == NOW - 90
    assert found["targets"] == {"up": 3, "down": [], "unseen": []}


def test_targets_that_are_down_or_unseen_are_named() -> None:
    """On the line that counts them."""
    found = text(Status("", "", (WELL,), Targets(1, ("cache", "shop"), ("main-db",))), NOW)
    assert "targets: 1 up, 2 down: cache, shop; 1 not seen yet: main-db\n" in found
