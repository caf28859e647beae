"""Questions to a real Prometheus."""

import time
from collections.abc import Iterator

import pytest

from tests.support.prometheis import connected, prometheus_server
from tests.support.sockets import answering, serving
from watchspec.preview.prometheus import Answer, Prometheus, Series
from watchspec.preview.questions import Question
from watchspec.preview.span import Span
from watchspec.remote import Remote, RemoteFailure

SPAN = Span(1_700_000_000, 1_700_000_060)


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """One that has no data."""
    with prometheus_server(tmp_path_factory.mktemp("prometheus")) as url:
        yield connected(url)


def test_a_range_comes_on_its_grid(prometheus: Prometheus) -> None:
    """With gaps where there is nothing."""
    assert prometheus.answer(Question("vector(time())", SPAN, 20)) == Answer(
        [Series({}, 0, [1_700_000_000, 1_700_000_020, 1_700_000_040, 1_700_000_060])]
    )
    gap = "vector(1) unless vector(time()) == 1700000020"
    assert prometheus.answer(Question(gap, SPAN, 20)) == Answer([Series({}, 0, [1, None, 1, 1])])
    late = "vector(1) and vector(time()) >= 1700000040"
    assert prometheus.answer(Question(late, SPAN, 20)) == Answer([Series({}, 2, [1, 1])])


def test_an_instant_is_one_value_at_the_end(prometheus: Prometheus) -> None:
    """A scalar is a series without labels."""
    for expr in ("vector(time())", "time()"):
        assert prometheus.answer(Question(expr, SPAN, None)) == Answer([Series({}, 0, [1_700_000_060])])


@pytest.mark.parametrize(
    ("expr", "value"), [("0/0", None), ("1/0", "Infinity"), ("-1/0", "-Infinity"), ("1/3", 0.3333333333), ("5", 5)]
)
def test_what_json_cannot_say_has_another_way(prometheus: Prometheus, expr: str, value: object) -> None:
    """No number is no value."""
    answer = prometheus.answer(Question(f"vector({expr})", SPAN, None))
    assert answer.series[0].values == [value]
    assert answer.has_data is (value is not None)


def test_a_wrong_query_is_an_answer_in_prometheus_words(prometheus: Prometheus) -> None:
    """It costs one panel."""
    answer = prometheus.answer(Question("sum(", SPAN, 15))
    assert answer.error.startswith("refuses (400): ")
    assert "parse error" in answer.error
    assert not answer.has_data


def test_the_same_question_is_asked_once(prometheus: Prometheus) -> None:
    """Dashboards share panels."""
    question = Question("vector(1)", SPAN, None)
    assert prometheus.answers([question, question]) == {question: Answer([Series({}, 0, [1])])}


def test_values_of_labels_are_none_where_there_are_none(prometheus: Prometheus) -> None:
    """And so they are if the selector is wrong."""
    assert prometheus.values("target", "up") == []
    assert prometheus.values("target", "up{") == ()


def test_patience_ends(prometheus: Prometheus) -> None:
    """A Prometheus that is slow with all does not hold a report for hours."""
    tired = Prometheus(prometheus.remote, ends=time.monotonic() - 1)
    assert "was not asked" in tired.answer(Question("vector(1)", SPAN, None)).error


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        ("200 OK", b"<html>", "answers, but not as Prometheus does"),
        ("200 OK", b'{"status": "success", "data": []}', "answers, but not as Prometheus does"),
        ("401 Unauthorized", b"", r"refuses the login \(401\); give --username and --password-file"),
        ("503 Service Unavailable", b'{"status": "error", "error": "starting"}', r"refuses \(503\): starting"),
    ],
)
def test_what_is_no_prometheus_is_told(status: str, body: bytes, words: str) -> None:
    """In one line, with the address."""
    with serving(answering(status, body)) as port:
        found = Prometheus(Remote("Prometheus", f"http://127.0.0.1:{port}", "--prometheus"))
        with pytest.raises(RemoteFailure, match=f"Prometheus at http://127.0.0.1:{port} {words}"):
            found.ready()
