"""Dashboards → pages, with what Prometheus says to each of their queries."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, Final

from watchspec.preview.page import drawn, listed
from watchspec.preview.prometheus import Answer, Prometheus
from watchspec.preview.questions import Asked, Question, marks, questions
from watchspec.preview.span import Span
from watchspec.preview.variables import chosen

_FOLDER: Final = "grafana/dashboards/"
_NOTHING: Final = Answer()


@dataclass(frozen=True, slots=True)
class Count:
    """How the queries of one or all dashboards fared."""

    asked: int = 0
    filled: int = 0
    failed: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.asked + other.asked, self.filled + other.filled, self.failed + other.failed)

    def __str__(self) -> str:
        """`142 of 148 queries have data, 6 are empty`."""
        empty = self.asked - self.filled - self.failed
        return (
            f"{self.filled} of {self.asked} queries have data"
            + (f", {empty} {'is' if empty == 1 else 'are'} empty" if empty else "")
            + (f", {self.failed} failed" if self.failed else "")
        )


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard, the time that it shows, and what it asks."""

    name: str
    model: Mapping[str, Any]
    span: Span
    asked: tuple[Asked, ...]
    marks: tuple[tuple[int, Question], ...]

    @property
    def file(self) -> str:
        """The name of its page."""
        return f"{self.name}.html"


def boards(
    files: Mapping[str, str],
    span_of: Callable[[Mapping[str, Any]], Span],
    scraped: float,
    prometheus: Prometheus | None,
) -> list[Board]:
    """The dashboards among the generated `files`; what they watch is scraped every `scraped` seconds."""
    found = []
    for path, text in files.items():
        if path.startswith(_FOLDER):
            model = json.loads(text)
            span = span_of(model)
            variables = chosen(model, prometheus.values if prometheus else None)
            asked = tuple(questions(model, span, scraped, variables))
            found.append(Board(PurePosixPath(path).stem, model, span, asked, tuple(marks(model, span, variables))))
    return found


def pages(shown: list[Board], stack: str, prometheus: Prometheus | None) -> tuple[dict[str, str], Count]:
    """The pages of `shown` and an index, by file name; and how all their queries fared."""
    every = [asked.question for board in shown for asked in board.asked]
    every += [question for board in shown for _, question in board.marks]
    answers = prometheus.answers(every) if prometheus else {}
    links = {board.model["uid"]: board.file for board in shown}
    menu = [{"title": board.model["title"], "file": board.file} for board in shown]
    files = {
        board.file: drawn(
            board.model["title"], _content(board, answers) | {"pages": links, "menu": menu, "hasData": bool(prometheus)}
        )
        for board in shown
    }
    counts = {board.file: _count(board, answers) for board in shown}
    entries = [
        {
            "file": board.file,
            "title": board.model["title"],
            "said": str(counts[board.file]) if prometheus else "without data",
        }
        for board in shown
    ]
    index = listed(f"{stack}: dashboards", _when(shown), entries)
    return files | {"index.html": index}, sum(counts.values(), Count())


def _content(board: Board, answers: Mapping[Question, Answer]) -> dict[str, Any]:
    data: dict[str, list[dict[str, Any]]] = {}
    for asked in board.asked:
        data.setdefault(str(asked.panel), []).append(
            {"refId": asked.letter, **_told(asked.question, answers.get(asked.question, _NOTHING))}
        )
    return {
        "dashboard": board.model,
        "span": {"start": board.span.start, "end": board.span.end},
        "data": data,
        "marks": [
            {"place": place, **_told(question, answers.get(question, _NOTHING))} for place, question in board.marks
        ],
    }


def _told(question: Question, answer: Answer) -> dict[str, Any]:
    """An answer as preview.js reads it."""
    found: dict[str, Any] = {
        "series": [{"labels": one.labels, "first": one.first, "values": one.values} for one in answer.series]
    }
    if question.step is not None:
        found |= {"start": question.span.start, "step": question.step}
    if answer.error:
        found["error"] = answer.error
    return found


def _count(board: Board, answers: Mapping[Question, Answer]) -> Count:
    found = [answers.get(asked.question, _NOTHING) for asked in board.asked]
    return Count(len(found), sum(answer.has_data for answer in found), sum(bool(answer.error) for answer in found))


def _when(shown: list[Board]) -> str:
    first, last = min(board.span.start for board in shown), max(board.span.end for board in shown)
    form = "%Y-%m-%d %H:%M"
    return f"{datetime.fromtimestamp(first, UTC):{form}} to {datetime.fromtimestamp(last, UTC):{form}} UTC"
