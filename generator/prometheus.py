"""Targets → `prometheus/prometheus.yml`.

https://prometheus.io/docs/prometheus/latest/configuration/configuration/
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator import scrapes
from generator.layout import Files, Layout, Twins, client
from generator.versions import EXPANDED_LABELS, reaches
from generator.yamltext import body, dump
from watchspec.spec import Spec
from watchspec.spec.prometheus import RemoteWrite
from watchspec.units import Duration

Config = Mapping[str, Any]
REPLICA: Final = "prometheus_replica"
"""The label that tells samples of two Prometheis apart, in stores that both send to; named as the Operator does."""
LONGEST_TIMEOUT: Final = Duration(10_000)
"""The scrape timeout where neither the spec nor a shorter interval says otherwise."""


def emit(spec: Spec, layout: Layout, keep: Sequence[str] = ()) -> Files:
    """The configuration; how long samples are kept is not in it but in `flags`.

    `keep` are regular expressions of the names of series that are kept; all are if it is empty.
    """
    if spec.prometheus.replicas == 1 or layout.twins is None:
        return {"prometheus/prometheus.yml": _text(_configuration(spec, layout, keep), keep)}
    return {
        f"prometheus/{name}.yml": _text(_of_two(_configuration(spec, layout, keep), layout.twins, replica), keep)
        for replica, name in enumerate(("prometheus", "prometheus-2"), 1)
    }


def _text(configuration: Config, keep: Sequence[str]) -> str:
    text = dump(configuration)
    for anchor, names in (("read", keep), ("read_of_services", scrapes.of_services(keep))):
        text = _said_once(text, anchor, names)
    return text


def _of_two(configuration: Config, twins: Twins, replica: int) -> Config:
    """`configuration` of one of two: both tell both Alertmanagers of the same alerts, which so are one.

    https://prometheus.io/docs/alerting/latest/alertmanager/#high-availability
    """
    shared, alerting = configuration["global"], configuration["alerting"]
    (reached,) = alerting["alertmanagers"]
    told = reached["static_configs"][0]["targets"]
    return {
        **configuration,
        "global": {**shared, "external_labels": {**shared["external_labels"], REPLICA: str(replica)}},
        "alerting": {
            "alert_relabel_configs": [{"regex": REPLICA, "action": "labeldrop"}],
            "alertmanagers": [{**reached, "static_configs": [{"targets": [*told, twins.alertmanager]}]}],
        },
    }


def flags(spec: Spec) -> list[str]:
    """What Prometheus takes on its command line only: how long samples are kept, and how much of them."""
    found = [f"--storage.tsdb.retention.time={spec.prometheus.retention}"]
    if spec.prometheus.retention_size:
        found.append(f"--storage.tsdb.retention.size={spec.prometheus.retention_size}")
    return found


def scrape_timeout(spec: Spec) -> Duration:
    """How long a scrape may take."""
    return spec.prometheus.scrape_timeout or min(spec.prometheus.scrape_interval, LONGEST_TIMEOUT)


def _said_once(text: str, anchor: str, names: Sequence[str]) -> str:
    """`text` with the list of `names` where it is first, a name a line, and an alias wherever it stands again.

    A line that ends in a backslash goes on in the next, without the blanks between:
    https://yaml.org/spec/1.2.2/#731-double-quoted-style
    """
    before, whole, after = text.partition(body({"regex": "|".join(names)}))
    if not names or not whole:
        return text
    margin = "\\\n" + " " * (len(before) - before.rfind("\n") + 1)
    lines = f"|{margin}".join(json.dumps(name, ensure_ascii=False)[1:-1] for name in names)
    again = f"regex: *{anchor}\n"
    return f'{before}regex: &{anchor} "{margin}{lines}"\n{after.replace(whole, again)}'


def _configuration(spec: Spec, layout: Layout, keep: Sequence[str]) -> Config:
    written = [_remote_write(remote, layout) for remote in spec.prometheus.remote_write]
    alertmanager = {"targets": [layout.alertmanager]}
    return {
        "global": _global(spec),
        "rule_files": [layout.rules],
        "alerting": {"alertmanagers": [{**client(layout.between(spec)), "static_configs": [alertmanager]}]},
        "scrape_configs": list(scrapes.configs(spec, layout, keep)),
        **({"remote_write": written} if written else {}),
    }


def _global(spec: Spec) -> Mapping[str, object]:
    interval = spec.prometheus.scrape_interval
    expanded = reaches(spec.versions.prometheus, EXPANDED_LABELS)
    labels = {"stack": spec.name, **spec.labels}
    return {
        "scrape_interval": str(interval),
        "scrape_timeout": str(scrape_timeout(spec)),
        "evaluation_interval": str(spec.prometheus.evaluation_interval or interval),
        "external_labels": {name: value.replace("$", "$$") if expanded else value for name, value in labels.items()},
    }


def _remote_write(remote: RemoteWrite, layout: Layout) -> Mapping[str, object]:
    return {"url": remote.url, **dict(_credentials(remote, layout))}


def _credentials(remote: RemoteWrite, layout: Layout) -> Iterator[tuple[str, object]]:
    if remote.username or remote.password:
        file = {"password_file": layout.secret(remote.password)} if remote.password else {}
        yield "basic_auth", {**({"username": remote.username} if remote.username else {}), **file}
    if remote.bearer:
        yield "authorization", {"credentials_file": layout.secret(remote.bearer)}
