"""Hypothesis strategies for the targets of a spec: what is watched, and what stands on what."""

from collections.abc import Sequence
from typing import Any, Final, get_args

from hypothesis import strategies as st

from generator.findings.whole import RESERVED_JOBS
from tests.support.spec_words import (
    ADDRESSES,
    FILES,
    IDENTIFIERS,
    NAMES,
    PATHS,
    TEXTS,
    Section,
    secrets,
    some,
    spans,
    urls,
)
from watchspec.spec import host, postgres
from watchspec.spec import redis as redis_
from watchspec.spec.service import Preset

_PATTERNS: Final = st.sampled_from(("sda*", "/boot", "[ab]?", "*", "{{x}}"))
_FILTERS: Final = some({}, include=st.lists(_PATTERNS, max_size=2), exclude=st.lists(_PATTERNS, max_size=2))
_TLS: Final = some({}, ca=FILES, server_name=st.just("x.example.com"), verify=st.booleans())
_GLOBS: Final = st.one_of(
    NAMES,
    st.sampled_from(("queue:*", "q?", "q[ab]", "[^a]*", "\\*", "a\\[b]*", "*.*", "{a}*", "q[a-c]x", "[]", "[", "x[a")),
)


def switches(names: Sequence[str]) -> st.SearchStrategy[dict[str, bool]]:
    """Some groups of figures on or off."""
    return st.dictionaries(st.sampled_from(list(names)), st.booleans(), max_size=3)


def hosts(exporter: str | None) -> st.SearchStrategy[Section]:
    """A machine; `exporter` is its address, which no other host may have."""
    own = {} if exporter is None else {"exporter": st.just(exporter)}
    return some(
        own,
        collectors=switches(list(host.COLLECTORS)),
        filesystems=_FILTERS,
        disks=_FILTERS,
        textfiles=st.just("/var/lib/*"),
        processes=st.just(["postgres", "redis-*"]),
    )


@st.composite
def services(draw: st.DrawFn, name: str) -> Section:
    """A service with metrics or without, by preset or its own names."""
    tcp = draw(st.integers(0, 5)) == 0
    addresses = urls("tcp") if tcp else urls("http", "https")
    replicas = draw(st.lists(addresses.map(lambda url: url.partition("/%")[0]), min_size=1, max_size=3))
    found: Section = {"url": replicas if len(replicas) > 1 else replicas[0]}
    if not tcp:
        found |= draw(some({}, health=_health(), headers=_headers(), tls=_TLS, timeout=spans(1, 10_000)))
    if not tcp and name not in RESERVED_JOBS and draw(st.integers(0, 3)):
        found |= {"metrics": draw(st.one_of(PATHS, st.just("metrics")))}
        found |= draw(some({}, instrumentation=instrumentations()))
    return found | draw(some({}, slo=slos()))


def slos() -> st.SearchStrategy[Any]:
    """Promises that can be kept, from every source."""
    share = st.sampled_from(("95%", "99.9%", "99.99%"))
    below = st.sampled_from(("100ms", "500ms", "1s", "5s"))
    pair = st.sampled_from((
        {"bad": "rate(bad_total[5m])", "total": "rate(all_total[5m])"},
        {"good": "sum(rate(good_total[5m]))", "total": "sum(rate(all_total[5m]))"},
    ))  # fmt: skip
    more = {
        "latency": st.fixed_dictionaries({"below": below, "for": share}),
        "window": st.sampled_from(("7d", "14d", "28d", "30d")),
        "from": st.one_of(st.just("probes"), pair),
        "missing": st.sampled_from(("ignore", "good", "bad")),
    }
    return st.fixed_dictionaries({"availability": share}, optional=more)


def _health() -> st.SearchStrategy[Any]:
    status = st.one_of(st.just(204), st.just("2xx"), st.just([200, "3xx"]))
    body = some({"contains": st.just("ok")}, lacks=st.just("{{"))
    return st.one_of(PATHS, some({"path": PATHS}, status=status, body=body, redirects=st.booleans()))


def _headers() -> st.SearchStrategy[Section]:
    value = st.one_of(st.just("a b"), some({"value": st.just("x")}), some({"secret": secrets()}))
    return st.dictionaries(st.sampled_from(("X-A", "Authorization", "x_y")), value, max_size=2)


def instrumentations() -> st.SearchStrategy[Any]:
    """A preset, a preset with names of its own, or names alone."""
    preset = st.sampled_from(get_args(Preset))
    return st.one_of(preset, preset, _named(preset))


@st.composite
def _named(draw: st.DrawFn, preset: st.SearchStrategy[str]) -> Section:
    status, method, route = draw(st.lists(IDENTIFIERS, min_size=3, max_size=3, unique=True))
    requests, duration = draw(st.lists(IDENTIFIERS.map("app:{}".format), min_size=2, max_size=2, unique=True))
    labels = {"status": st.just(status), "method": st.just(method), "route": st.just(route)}
    unit = st.sampled_from(("seconds", "milliseconds"))
    measured = st.sampled_from(
        ({"requests": requests}, {"duration": duration}, {"requests": requests, "duration": duration})
    )
    bounds = st.sampled_from(([0.1, 0.5, 1, 5], [0.1, 0.25, 0.5, 1, 2.5, 5, 10], [100, 500, 1000, 5000]))
    kept_open = {name: st.just(f"app_live_{name}") for name in ("connections", "messages", "disconnects")}
    more = {**labels, **kept_open, "unit": unit, "preset": preset, "buckets": bounds}
    found: Section = draw(st.fixed_dictionaries({}, optional=more))
    return found | draw(measured)


def redis() -> st.SearchStrategy[Section]:
    """A Redis server; its queues have their settings drawn later."""
    return some(
        {"url": urls("redis", "rediss", "valkey").map(lambda url: f"{url.partition('/')[0]}//h:6379/2")},
        username=NAMES,
        password=secrets(),
        tls=_TLS,
        collectors=switches(list(redis_.COLLECTORS)),
        queues=st.dictionaries(_GLOBS, st.just({}), max_size=3).map(dict),
        keys=st.lists(_GLOBS, max_size=2, unique=True),
        streams=st.lists(_GLOBS, max_size=2, unique=True),
        clients=st.just("by_name"),
    )


def postgreses() -> st.SearchStrategy[Section]:
    """A PostgreSQL server with queries."""
    query = some(
        {"name": IDENTIFIERS.map("app_{}".format), "help": TEXTS, "sql": st.just("SELECT 1 AS value")},
        type_=st.sampled_from(("gauge", "counter")),
        labels=st.lists(IDENTIFIERS.filter(lambda name: name not in {"value", "target"}), max_size=2, unique=True),
        every=spans(1000),
    )
    return some(
        {"url": st.just("postgresql://watchspec@h:5432/app")},
        password=secrets(),
        databases=_FILTERS,
        collectors=switches(postgres.COLLECTORS),
        statements=some({}, top=st.integers(1, 1000)),
        queries=st.lists(query, max_size=2, unique_by=lambda found: str(found["name"])),
    )


def jobs() -> st.SearchStrategy[Section]:
    """Batch work, told by a file, a metric or a heartbeat."""
    every = {"every": spans(1000)}
    file = FILES.map("/backups/{}".format)
    return st.one_of(
        some({**every, "file": file}), some({**every, "metric": IDENTIFIERS}), some({**every, "heartbeat": secrets()})
    )


@st.composite
def targets(draw: st.DrawFn, names: Sequence[str]) -> Section:
    """The sections of targets, one target for each of `names`; each stands only on those before it."""
    teams = draw(st.lists(NAMES, min_size=1, max_size=2))
    kinds = sorted(draw(st.sampled_from(("hosts", "services", "redis", "postgres", "jobs"))) for _ in names)
    kinds.sort(key=lambda kind: kind != "hosts")
    addresses = draw(st.lists(ADDRESSES, min_size=len(names), max_size=len(names), unique=True))
    machines = [name for name, kind in zip(names, kinds, strict=True) if kind == "hosts"]
    found: Section = {}
    for place, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        own = draw(_of_kind(kind, name, None if place == 0 and len(name) % 2 else addresses[place]))
        common: dict[str, st.SearchStrategy[Any]] = {"team": st.sampled_from(teams)}
        if place:
            common["depends_on"] = st.lists(st.sampled_from(list(names[:place])), max_size=2, unique=True)
        if machines and kind != "hosts":
            common |= {"runs_on": st.sampled_from(machines), "watched_by": st.sampled_from(machines)}
        found.setdefault(kind, []).append({"name": name, **own, **draw(some({}, **common))})
    return found


def _of_kind(kind: str, name: str, exporter: str | None) -> st.SearchStrategy[Section]:
    match kind:
        case "hosts":
            return hosts(exporter)
        case "services":
            return services(name)
        case "redis":
            return redis()
        case "postgres":
            return postgreses()
        case _:
            return jobs()
