"""Dashboards → pages and counts."""

import json
import re
from typing import Any

from tests.support.prometheis import Oracle
from watchspec.preview.pages import Board, Count, boards, pages
from watchspec.preview.prometheus import Answer
from watchspec.preview.questions import Question
from watchspec.preview.span import Span

HOUR = Span(1_000_000, 1_003_600)


class Picky(Oracle):
    """Refuses one query and has nothing to say to another."""

    def answer(self, question: Question) -> Answer:
        """What the oracle says, otherwise."""
        known = {"refused": Answer(error="refuses (400): no"), "empty": Answer()}
        return known.get(question.expr) or super().answer(question)


def dashboard(uid: str, *exprs: str) -> str:
    """A dashboard with one panel."""
    targets = [{"refId": f"R{number}", "expr": expr, "instant": True} for number, expr in enumerate(exprs)]
    panel = {"id": 7, "type": "stat", "title": "It", "gridPos": {"x": 0, "y": 0, "w": 8, "h": 4}, "targets": targets}
    marks = [{"enable": True, "expr": "ALERTS", "name": "Alerts"}]
    return json.dumps({"uid": uid, "title": uid.title(), "panels": [panel], "annotations": {"list": marks}})


FILES = {
    "grafana/dashboards/one.json": dashboard("stack-one", "up", "empty", "refused"),
    "grafana/dashboards/two.json": dashboard("stack-two", "up"),
    "grafana/provisioning/x.yml": "no dashboard",
}


def shown(prometheus: Oracle | None) -> list[Board]:
    """Both dashboards, over an hour."""
    return boards(FILES, lambda _: HOUR, 15, prometheus)


def content(page: str) -> dict[str, Any]:
    """What the page's script reads."""
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data
    found: dict[str, Any] = json.loads(data[1])
    return found


def test_every_query_is_counted_once_for_each_panel() -> None:
    """Filled, empty, failed; what dashboards mark is no panel's."""
    files, count = pages(shown(Picky()), "demo", Picky())
    assert set(files) == {"one.html", "two.html", "index.html"}
    assert count == Count(asked=4, filled=2, failed=1)
    assert str(count) == "2 of 4 queries have data, 1 is empty, 1 failed"
    assert str(Count(asked=6, filled=4)) == "4 of 6 queries have data, 2 are empty"
    assert "1 of 3 queries have data, 1 is empty, 1 failed" in files["index.html"]


def test_a_page_holds_its_dashboard_and_the_answers_by_panel() -> None:
    """Errors with them, and the pages that links lead to."""
    found = content(pages(shown(Picky()), "demo", Picky())[0]["one.html"])
    assert found["dashboard"] == json.loads(FILES["grafana/dashboards/one.json"])
    assert found["pages"] == {"stack-one": "one.html", "stack-two": "two.html"}
    assert [answer["refId"] for answer in found["data"]["7"]] == ["R0", "R1", "R2"]
    assert found["data"]["7"][2]["error"] == "refuses (400): no"
    assert len(found["data"]["7"][0]["series"]) == 3
    assert found["marks"][0]["step"] == 60


def test_without_prometheus_nothing_is_asked() -> None:
    """The pages show what there would be."""
    files, count = pages(shown(None), "demo", None)
    found = content(files["one.html"])
    assert found["hasData"] is False
    assert [answer["series"] for answer in found["data"]["7"]] == [[], [], []]
    assert count.filled == 0
    assert "without data" in files["index.html"]


def test_the_same_dashboards_and_answers_give_the_same_pages() -> None:
    """A report can be made again."""
    assert pages(shown(Oracle()), "demo", Oracle()) == pages(shown(Oracle()), "demo", Oracle())
