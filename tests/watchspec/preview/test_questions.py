"""What a dashboard asks."""

from typing import Any

import pytest

from watchspec.errors import UsageError
from watchspec.preview.questions import Question, marks, panels, questions
from watchspec.preview.span import Span

HOUR = Span(1_000_007, 1_003_607)


def panel(number: int, *targets: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
    """A panel as wide as half the page."""
    return {"id": number, "type": "timeseries", "gridPos": {"w": 12}, "targets": list(targets), **more}


def asked(*shown: dict[str, Any]) -> list[tuple[int, str, Question]]:
    """What these panels ask, of series scraped every 15 s."""
    found = questions({"panels": list(shown)}, HOUR, 15, {"target": ".+"})
    return [(one.panel, one.letter, one.question) for one in found]


def test_a_range_is_asked_in_steps_and_an_instant_at_the_end() -> None:
    """With the variables of each."""
    expr = 'rate(x{target=~"$target"}[$__rate_interval])'
    ranged = {"refId": "A", "expr": expr, "range": True}
    instant = {"refId": "B", "expr": expr, "instant": True, "range": False}
    assert asked(panel(1, ranged, instant)) == [
        (1, "A", Question('rate(x{target=~".+"}[60s])', Span(1_000_005, 1_003_605), 15)),
        (1, "B", Question('rate(x{target=~".+"}[60s])', HOUR, None)),
    ]


def test_panels_of_collapsed_rows_ask_too() -> None:
    """A preview shows them open."""
    row = {"id": 1, "type": "row", "collapsed": True, "panels": [panel(2, {"refId": "A", "expr": "up"})]}
    assert [number for number, _, _ in asked(row, panel(3, {"refId": "A", "expr": "up"}))] == [2, 3]
    assert [one["id"] for one in panels({"panels": [row, {"id": 4, "type": "row", "panels": None}]})] == [2]


def test_hidden_and_empty_queries_are_not_asked() -> None:
    """As in Grafana."""
    assert asked(panel(1, {"refId": "A", "expr": "up", "hide": True}, {"refId": "B", "expr": ""}, {"refId": "C"})) == []


@pytest.mark.parametrize(
    ("where", "text", "rate"), [("panel", "1m", "240s"), ("target", ">1m", "240s"), ("panel", "", "60s")]
)
def test_a_least_interval_takes_the_place_of_the_scrape_interval(where: str, text: str, rate: str) -> None:
    """Of the query, or of the panel."""
    target = {"refId": "A", "expr": "rate(x[$__rate_interval])", **({"interval": text} if where == "target" else {})}
    ((_, _, question),) = asked(panel(1, target, **({"interval": text} if where == "panel" else {})))
    assert question.expr == f"rate(x[{rate}])"


def test_a_wrong_interval_says_what_is_wrong() -> None:
    """And not with a traceback."""
    with pytest.raises(UsageError, match="a panel's interval"):
        asked(panel(1, {"refId": "A", "expr": "up"}, interval="often"))


def test_marks_are_asked_by_the_minute() -> None:
    """Those that are enabled."""
    listed = [{"enable": False, "expr": "a"}, {"enable": True, "expr": 'ALERTS{target=~"$target"}', "step": "1m"}]
    assert list(marks({"annotations": {"list": listed}}, HOUR, {"target": ".+"})) == [
        (1, Question('ALERTS{target=~".+"}', Span(999_960, 1_003_560), 60))
    ]
