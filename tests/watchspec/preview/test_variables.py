"""Grafana's variables in queries."""

import pytest

from watchspec.preview.span import Span
from watchspec.preview.variables import chosen, filled, times

HOUR = Span(1_000_000, 1_003_600)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('up{target=~"$target"}', 'up{target=~".+"}'),
        ('up{target=~"${target}"}', 'up{target=~".+"}'),
        ('up{target=~"${target:regex}"}', 'up{target=~".+"}'),
        ('up{target=~"[[target]]"}', 'up{target=~".+"}'),
        ('up{target=~"$target|"}', 'up{target=~".+|"}'),
        ('label_replace(up, "a", "$1", "b", "(.*)")', 'label_replace(up, "a", "$1", "b", "(.*)")'),
        ('up{target=~"a[$]target$"}', 'up{target=~"a[$]target$"}'),
        ("$targets", "$targets"),
    ],
)
def test_known_names_are_filled_in_and_other_dollars_stay(text: str, found: str) -> None:
    """In each of Grafana's spellings."""
    assert filled(text, {"target": ".+"}) == found


@pytest.mark.parametrize(
    ("step", "least", "interval", "rate"),
    [(15, 15, "15s", "60s"), (60, 15, "60s", "75s"), (900, 15, "900s", "915s"), (2.5, 2.5, "2500ms", "10s")],
)
def test_a_rate_spans_four_scrapes_or_a_step_and_a_scrape(step: float, least: float, interval: str, rate: str) -> None:
    """Whichever is more."""
    found = times(HOUR, step, least)
    assert (found["__interval"], found["__rate_interval"]) == (interval, rate)
    assert filled("rate(x[$__range]) / $__range_s / $__range_ms", found) == "rate(x[3600s]) / 3600 / 3600000"


def test_the_longer_name_wins() -> None:
    """`$__interval_ms` is not `$__interval` with something after it."""
    assert filled("$__interval_ms $__interval", times(HOUR, 15, 15)) == "15000 15s"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ({"current": {"value": "$__all"}, "allValue": ".+"}, ".+"),
        ({"current": {"value": ["$__all"]}}, ".*"),
        ({"current": {"value": ["a.b", "c"]}}, r"a\.b|c"),
        ({"current": {"value": "5m"}}, "5m"),
        ({"current": {}, "query": "label_values(up, target)"}, "first"),
        ({"query": {"query": 'label_values(up{job="$job"},target)'}}, "first of tests"),
        ({"query": "label_values(target)"}, "any"),
        ({"query": "label_values(gone, target)"}, ".+"),
    ],
)
def test_what_is_not_chosen_is_the_first_there_is(variable: dict[str, object], value: str) -> None:
    """As Grafana does; and all, if there is none."""

    def values(label: str, selector: str) -> list[str]:
        assert label == "target"
        return {"up": ["first", "last"], 'up{job="tests"}': ["first of tests"], "": ["any"], "gone": []}[selector]

    job = {"name": "job", "current": {"value": "tests"}}
    found = chosen({"templating": {"list": [job, {"name": "it", **variable}]}}, values)
    assert found == {"job": "tests", "it": value}
