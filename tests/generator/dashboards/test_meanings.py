"""Every panel says what it means, and says honestly what it does not know."""

import re
from collections.abc import Callable, Iterator, Mapping
from math import inf

import pytest

from generator.dashboards._face import GREEN
from generator.dashboards._limits import limits
from generator.layout import Files
from tests.support.dashboards import Json, alert, defaults, overrides, panels
from tests.support.expressions import numbers
from tests.support.metrics import rules
from watchspec.spec import Spec

COLOR = re.compile(
    r"(?:(?:super-light|light|semi-dark|dark)-)?(?:red|orange|yellow|green|blue|purple)|text|transparent"
)
"""Grafana's own names: each theme, light or dark, has a shade of its own for them."""


def test_descriptions_are_sentences(boards: Mapping[str, Json]) -> None:
    """What it means, what is normal, what to do: more than a title can say."""
    for name, board in boards.items():
        for panel in panels(board):
            assert len(panel["description"]) > 40, (name, panel["title"])
            assert panel["description"].endswith("."), (name, panel["title"])
            assert panel["description"].casefold() != panel["title"].casefold()
        assert board["description"].endswith(".")


def test_every_panel_says_when_it_has_nothing(boards: Mapping[str, Json]) -> None:
    """Grafana's own "No data" is the same for what is well and for what is broken."""
    for name, board in boards.items():
        for panel in panels(board):
            assert defaults(panel).get("noValue") or panel["type"] == "text", (name, panel["title"])


def test_gaps_stay_open(boards: Mapping[str, Json]) -> None:
    """A line over an outage is a lie."""
    for name, board in boards.items():
        for panel in panels(board):
            connects = [defaults(panel).get("custom", {}).get("spanNulls"), *overrides(panel, "custom.spanNulls")]
            expected = False if panel["type"] in {"timeseries", "state-timeline", "status-history"} else None
            assert set(connects) <= {expected, False}, (name, panel["title"])


def test_only_shares_end_at_one(boards: Mapping[str, Json]) -> None:
    """A fixed end cuts off what goes beyond it."""
    for name, board in boards.items():
        for panel in panels(board):
            if defaults(panel).get("max") is not None:
                assert (defaults(panel)["max"], defaults(panel)["unit"]) == (1, "percentunit"), (name, panel["title"])


def test_colors_are_those_of_the_themes(boards: Mapping[str, Json]) -> None:
    """A colour by its number is right in one theme and unreadable in the other."""
    for name, board in boards.items():
        assert [found for found in _colors(board) if not COLOR.fullmatch(found)] == [], name


def _colors(value: object) -> Iterator[str]:
    """All but that of a heatmap's exemplars, which the SDK writes and nobody has."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key in {"color", "fixedColor"} and isinstance(each, str))
        for key, each in value.items():
            if key != "exemplars":
                yield from _colors(each)
    elif isinstance(value, list):
        for each in value:
            yield from _colors(each)


def _steps(panel: Json) -> list[tuple[float, str]]:
    """From which value on a panel has which colour; it begins with green where nothing is said."""
    steps = [(step["value"], step["color"]) for step in defaults(panel)["thresholds"]["steps"]]
    assert steps[0][0] is None
    assert steps[1:] == sorted(steps[1:])
    return steps[1:] if steps[0][1] == GREEN else [(-inf, steps[0][1]), *steps[1:]]


def test_thresholds_are_those_of_the_alert(boards: Mapping[str, Json], files: Files, spec: Spec) -> None:
    """Wherever a panel names one: what turns red is what somebody is told of, by the number in the rule itself."""
    written: dict[str, set[float]] = {}
    for rule in rules(files):
        if "alert" in rule:
            written.setdefault(rule["alert"], {-inf}).update(numbers(rule["expr"]))
    for name, board in boards.items():
        for panel in panels(board):
            if watched := alert(panel):
                steps = _steps(panel)
                assert steps == [(step.value, step.color) for step in limits(spec, watched)], (name, panel["title"])
                told = written.get(watched, set())
                first = {1.0} if 0 in told else set()  # of what must be none, the first is too many
                assert {value for value, _ in steps} <= told | first, (name, panel["title"])


def test_a_threshold_follows_the_spec(bundled: Mapping[str, Json]) -> None:
    """The bundled spec sets this one itself."""
    (disk,) = (panel for panel in panels(bundled["host"]) if alert(panel) == "HostDiskUsage")
    assert _steps(disk) == [(0.8, "orange"), (0.95, "red")]


def _panel(boards: Mapping[str, Json], kind: str = "timeseries") -> Json:
    return next(panel for panel in panels(boards["overview"]) if panel["type"] == kind)


MISTAKES: list[tuple[Callable[..., None], Callable[[Mapping[str, Json]], object]]] = [
    (test_descriptions_are_sentences, lambda boards: _panel(boards).update(description="CPU.")),
    (test_descriptions_are_sentences, lambda boards: _panel(boards).update(description=40 * "no full stop ")),
    (test_every_panel_says_when_it_has_nothing, lambda boards: defaults(_panel(boards)).pop("noValue")),
    (test_gaps_stay_open, lambda boards: defaults(_panel(boards))["custom"].update(spanNulls=True)),
    (test_gaps_stay_open, lambda boards: defaults(_panel(boards))["custom"].pop("spanNulls")),
    (test_gaps_stay_open, lambda boards: defaults(_panel(boards, "state-timeline"))["custom"].update(spanNulls=3600)),
    (test_only_shares_end_at_one, lambda boards: defaults(_panel(boards)).update(max=100)),
    (
        test_colors_are_those_of_the_themes,
        lambda boards: defaults(_panel(boards))["thresholds"]["steps"][0].update(color="#73BF69"),
    ),
    (
        test_thresholds_are_those_of_the_alert,
        lambda boards: [
            defaults(panel)["thresholds"]["steps"].pop() for panel in panels(boards["host"]) if alert(panel)
        ],
    ),
]
"""Each check, and what it must see."""


@pytest.mark.parametrize("index", range(len(MISTAKES)))
def test_a_mistake_is_seen(index: int, sees: Callable[[Callable[..., None], Callable[..., object]], None]) -> None:
    """The checks themselves."""
    sees(*MISTAKES[index])
