"""What only the generator can see of a spec: settings that fit no alert, names that clash, versions that are too old."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from generator import catalogue
from generator.cohorts import grid, layers
from generator.instrumentation import Http, names
from generator.setting_findings import nearest, of_setting
from generator.settings import Grid, resolve
from generator.subjects import Subject, subjects
from generator.versions import WEBHOOK_URL_FILE, reaches
from watchspec.problems import Finding, Path
from watchspec.spec import AlertSetting, Spec
from watchspec.units import Duration

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
    "duration": "metrics:, and instrumentation: with a histogram of durations",
}


def findings(spec: Spec) -> list[Finding]:
    """Every fault that the generator sees in `spec`; where none is left, `render` succeeds."""
    common, members = grid(spec), list(subjects(spec))
    found = [
        *_settings(spec.alerts, ("alerts",), common),
        *(finding for subject in members for finding in _subject(subject, common)),
        *_hosts(spec),
        *_services(spec),
        *_webhooks(spec),
    ]
    return found or list(_latencies(spec, members, common))


def _subject(subject: Subject, common: Grid) -> Iterator[Finding]:
    yield from _settings(subject.alerts, (*subject.path, "alerts"), common, subject)
    for name, setting in subject.queues.items():
        yield from of_setting(catalogue.alerts()["RedisQueueLength"], setting, (*subject.path, "queues", name), common)


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
    if kind != subject.kind:
        fix = "set it in the spec's own alerts:" if kind == "monitoring" else "remove it"
        return f"is an alert of kind {kind}, and {subject.name} is a {subject.kind}; {fix}"
    lacking = [_LACKING[need] for need in catalogue.alerts()[alert].needs if need not in subject.has]
    return f"can never fire; it needs {lacking[0]}" if lacking and not subject.alerts[alert].off else None


def _latencies(spec: Spec, members: Sequence[Subject], common: Grid) -> Iterator[Finding]:
    """Thresholds that no quantile can exceed, because the histogram ends before them."""
    alert = catalogue.alerts()["HighLatency"]
    for subject in members:
        if subject.http is None or not subject.has.issuperset(alert.needs):
            continue
        own = alert.alert in subject.alerts
        path = (*subject.path, "alerts", alert.alert) if own else ("alerts", alert.alert)
        for setting in resolve(alert, layers(spec, subject, alert.alert), common):
            route = str(dict(setting.parameters)["route"])
            if fault := _unseen(subject.http, setting.threshold, route):
                mentioned = own or alert.alert in spec.alerts
                yield Finding(path if mentioned else (*subject.path, "instrumentation"), f"{subject.name}: {fault}")


def _unseen(http: Http, threshold: object, route: str) -> str | None:
    if route and http.route is None:
        return "its metrics have no label for the route; remove route:, or give instrumentation: {route: LABEL}"
    ceiling = http.ceiling(route)
    if isinstance(threshold, Duration) and ceiling is not None and threshold.seconds >= ceiling:
        name = http.histogram(route)
        return f"no latency above {threshold} can be seen, for {name} ends at {ceiling} s; set a lower threshold"
    return None


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
        if http.requests is None and http.duration is None:
            yield Finding((*path, "instrumentation"), "names no metric; give requests: METRIC and duration: METRIC")
        if service.metrics is None:
            yield Finding((*path, "instrumentation"), "is not used without metrics:; give its path", warning=True)


def _webhooks(spec: Spec) -> Iterator[Finding]:
    if reaches(spec.versions.alertmanager, WEBHOOK_URL_FILE):
        return
    for name, channel in spec.channels.items():
        if channel.webhook and channel.webhook.url is None:
            yield Finding(
                ("channels", name, "webhook"),
                f"Alertmanager {spec.versions.alertmanager} cannot read it from a file, 0.26 can; "
                "raise versions: {alertmanager: 0.26}, or write the address out",
            )
