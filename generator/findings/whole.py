"""What only the generator can see of a spec: settings that fit no alert, names that clash, versions that lack it."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from generator import catalogue
from generator.cohorts import grid, hidden
from generator.custom import of_rules
from generator.delivery.findings import of_delivery
from generator.findings.channels import of_channels
from generator.findings.history import of_history
from generator.findings.http import of_http
from generator.findings.reach import of_reach
from generator.findings.settings import nearest, of_setting, of_severities
from generator.findings.slos import of_slos
from generator.instrumentation import names
from generator.settings import Grid
from generator.subjects import Subject, subjects
from watchspec.problems import Finding, Path
from watchspec.spec import AlertSetting, Spec

RESERVED_JOBS: Final = ("watchspec", "prometheus", "alertmanager")
"""Names of scrape jobs that are not a service's."""

_LACKING: Final[Mapping[catalogue.Need, str]] = {
    "remote": "a host with exporter: (ExporterDown watches the stack's own)",
    "queues": "queues:",
    "replicas": "more than one address in url:",
    "https": "an https address in url:",
    "health": "health:",
    "metrics": "metrics:",
    "requests": "metrics:, and instrumentation: with a counter of requests and a status",
    "statements": "statements:",
    "duration": "metrics:, and instrumentation: with a histogram of durations",
    "disconnects": "metrics:, and instrumentation: with a counter of disconnects",
    "slo": "slo:",
    "pair": "slo: {from: {bad: EXPR, total: EXPR}}",
    "buckets": "slo: with a latency that is counted from requests",
    "weeks": "slo: with a window of 9d or more",
    "month": "slo: with a window of 27d or more",
}


def findings(spec: Spec) -> list[Finding]:
    """Every fault that the generator sees in `spec`; where none is left, `render` succeeds."""
    common, members = grid(spec), list(subjects(spec))
    found = [
        *of_rules(spec),
        *of_severities(common),
        *_settings(spec.alerts, ("alerts",), common),
        *(finding for subject in members for finding in _subject(subject, common)),
        *_hosts(spec),
        *_services(spec),
        *of_channels(spec),
    ]
    # Settings are resolved only once they are known to be right.
    wrong = any(not finding.warning for finding in found)
    if wrong:
        return found
    more = (of_http, of_slos, of_history, of_reach)
    return [*found, *(finding for each in more for finding in each(spec, members, common)), *of_delivery(spec)]


def _subject(subject: Subject, common: Grid) -> Iterator[Finding]:
    if subject.kind != "slo":  # a service's settings are looked at with the service
        yield from _settings(subject.alerts, (*subject.path, "alerts"), common, subject)
    for name, setting in subject.queues.items():
        here: Path = (*subject.path, "queues", name)
        yield from of_setting(catalogue.alerts()["RedisQueueLength"], setting, here, common)
        if other := hidden(name, subject.queues):
            yield Finding(here, f'"{other}" takes what it matches; write it before that one')


def _settings(
    settings: Mapping[str, AlertSetting], path: Path, common: Grid, subject: Subject | None = None
) -> Iterator[Finding]:
    for name, setting in settings.items():
        here = (*path, name)
        if name not in catalogue.alerts():
            known = [alert for alert in catalogue.alerts() if not subject or catalogue.kind_of()[alert] == subject.kind]
            yield Finding(here, f"no such alert; {nearest(name, known)}")
        elif subject and (unfit := _unfit(name, subject)):
            yield Finding(here, unfit)
        else:
            yield from of_setting(catalogue.alerts()[name], setting, here, common)


def _unfit(alert: str, subject: Subject) -> str | None:
    kind = catalogue.kind_of()[alert]
    if kind != subject.kind and (kind, subject.kind) != ("slo", "service"):
        fix = "set it in the spec's own alerts:" if kind == "monitoring" else "remove it"
        return f"is an alert of kind {kind}, and {subject.name} is a {subject.kind}; {fix}"
    lacking = [_LACKING[need] for need in catalogue.alerts()[alert].needs if need not in subject.has]
    return f"can never fire; it needs {lacking[0]}" if lacking and not subject.alerts[alert].off else None


def _hosts(spec: Spec) -> Iterator[Finding]:
    seen: dict[str | None, str] = {}
    for index, host in enumerate(spec.hosts):
        if host.exporter in seen:
            where = f"at {host.exporter}" if host.exporter else "the stack's own"
            first = seen[host.exporter]
            yield Finding(
                ("hosts", index), f"has the same exporter as {first}, {where}; give its own as exporter: HOST:PORT"
            )
        seen.setdefault(host.exporter, host.name)


def _services(spec: Spec) -> Iterator[Finding]:
    for index, service in enumerate(spec.services):
        path: Path = ("services", index)
        if service.metrics is not None:
            if service.name in RESERVED_JOBS:
                yield Finding(
                    (*path, "name"), f'"{service.name}" is a scrape job of the monitoring itself; choose another name'
                )
            if any(urlsplit(url).scheme == "tcp" for url in service.url):
                yield Finding(
                    (*path, "metrics"), "a tcp:// address has no metrics; remove metrics:, or give http:// in url:"
                )
        if service.instrumentation is None:
            continue
        http = names(service.instrumentation)
        if http.nothing:
            fix = http.quirks.names or "give requests: METRIC and duration: METRIC"
            yield Finding((*path, "instrumentation"), f"names no metric; {fix}")
        if service.metrics is None:
            yield Finding((*path, "instrumentation"), "is not used without metrics:; give its path", warning=True)
