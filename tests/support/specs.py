"""A Hypothesis strategy over whole specs: everything that the grammar allows, with names as awkward as it allows."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from generator import catalogue
from generator.findings.whole import findings
from generator.subjects import Subject, subjects
from tests.support import spec_delivery as delivery
from tests.support.spec_settings import fits, setting
from tests.support.spec_targets import targets
from tests.support.spec_words import IDENTIFIERS, NAMES, TEXTS, VERSIONS, Section, some, spans
from watchspec import meaning
from watchspec.problems import Path
from watchspec.spec import KINDS, Spec


@st.composite
def specs(draw: st.DrawFn, most: int = 4) -> Section:
    """A spec of up to `most` targets as plain values; all but the alerts that it sets are off, as promtool is slow."""
    names = draw(st.lists(NAMES, max_size=most, unique=True))
    found: Section = {"version": 1, "name": draw(NAMES), **draw(targets(names))}
    teams = sorted({target["team"] for kind in KINDS.values() for target in found.get(kind, ()) if "team" in target})
    found |= draw(delivery.delivery(names, teams))
    promises = any("slo" in service for service in found.get("services", ()))
    found["prometheus"] = draw(delivery.prometheus(75_000 if promises else 600_000))
    found |= draw(some({}, secure=st.booleans(), labels=delivery.labels(), links=delivery.links(), versions=VERSIONS))
    found |= draw(some({}, rules=st.lists(rules(_severities(found)), max_size=2, unique_by=lambda r: str(r["alert"]))))
    return draw(settings(found))


def text(spec: Section) -> str:
    """`spec` as JSON, which is YAML 1.2 too; what does not print is escaped as YAML wants it."""
    written = json.dumps(spec, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in written)


@st.composite
def settings(draw: st.DrawFn, found: Section) -> Section:
    """`found` with settings of alerts: its own, its targets' and its queues'."""
    spec = Spec.model_validate(found)
    scrape = spec.prometheus.scrape_interval.milliseconds
    severities = _severities(found)
    named: set[str] = set()
    for subject in subjects(spec):
        fitting = [
            name for name, alert in catalogue.alerts().items() if fits(alert, catalogue.kind_of()[name], subject)
        ]
        if not subject.path or not fitting:
            continue
        chosen = draw(st.lists(st.sampled_from(fitting), max_size=3, unique=True))
        target = found[str(subject.path[0])][subject.path[1]]
        target.setdefault("alerts", {}).update({
            name: draw(setting(catalogue.alerts()[name], severities, scrape, routes=_routed(subject, name)))
            for name in chosen
        })  # fmt: skip
        for queue in target.get("queues", ()):
            target["queues"][queue] = draw(setting(catalogue.alerts()["RedisQueueLength"], severities, scrape))
        named |= {*chosen}
    everywhere = draw(st.lists(st.sampled_from(list(catalogue.alerts())), max_size=4, unique=True))
    common = {name: draw(setting(catalogue.alerts()[name], severities, scrape, routes=False)) for name in everywhere}
    off = dict.fromkeys(set(catalogue.alerts()) - {*common, *named, "RedisQueueLength"}, "off")
    return _possible({**found, "alerts": {**common, **dict(sorted(off.items()))}})


def _possible(found: Section) -> Section:
    """`found` without alerts that can never fire and promises that cannot be kept, of which no part alone knows."""
    while True:
        spec = Spec.model_validate(found)
        faults = [each for each in (*meaning.findings(spec), *findings(spec)) if not each.warning]
        chosen = {path for fault in faults for path in _to_drop(fault.path)}
        if not chosen:
            return found
        for path in sorted(chosen, key=str, reverse=True):  # the last item of a list first
            place: Any = found
            for key in path[:-1]:
                place = place[key]
            if "alerts" in path:
                place[path[-1]] = "off"
            else:
                del place[path[-1]]


def _to_drop(path: Path) -> Iterator[Path]:
    """What to take out of a spec for a fault at `path`; nothing where it should not have been drawn."""
    if path[2:3] == ("slo",) or path[:1] == ("severities",):
        yield path[:3]
    elif path[:1] in {("routes",), ("maintenance",)}:
        yield path[:2]
    elif path[2:3] == ("queues",):
        yield path[:4]
    elif "alerts" in path:
        yield path[: path.index("alerts") + 2]


def _routed(subject: Subject, alert: str) -> bool:
    """Whether the metrics that `alert` reads have a label for the route."""
    if subject.http is None:
        return False
    return bool(subject.http.requests_route if alert == "HighErrorRate" else subject.http.route)


def _severities(found: Section) -> Sequence[str]:
    return list(found.get("severities", ("critical", "warning", "info")))


def rules(severities: Sequence[str]) -> st.SearchStrategy[Section]:
    """Alerts in PromQL with their tests."""
    test = {"series": {'x{target="t"}': "1+0x30"}, "fires_at": "30m"}
    return some(
        {
            "alert": NAMES,
            "expr": st.just("x > 0"),
            "severity": st.sampled_from(list(severities)),
            "summary": st.sampled_from(("down", "{{ $labels.target }}: {{ $value }}", 'a "b" \\ ž')),
            "test": st.just(test),
        },
        for_=spans(0, 600_000),
        keep_firing_for=spans(),
        description=st.just("{{ $value | humanize }}\nand more"),
        labels=st.dictionaries(IDENTIFIERS, TEXTS, max_size=2),
    )
