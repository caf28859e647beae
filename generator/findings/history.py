"""Faults in alerts that compare with past weeks: data that Prometheus no longer has, a patience that is too long."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator.catalogue import Alert, alerts
from generator.cohorts import layers
from generator.settings import Grid, resolve
from generator.subjects import Subject
from watchspec.problems import Finding, Path
from watchspec.spec import AlertSetting, Spec
from watchspec.units import Duration

_PATIENCE: Final = Duration(86_400_000)
"""What lasts for longer becomes usual itself."""


def of_history(spec: Spec, members: Sequence[Subject], common: Grid) -> Iterator[Finding]:
    """What no alert with a history can see, at the place where `spec` turns it on."""
    looking = [alert for alert in alerts().values() if alert.history.milliseconds]
    found = (finding for alert in looking for subject in members for finding in _of(spec, alert, subject, common))
    yield from dict.fromkeys(found)


def _of(spec: Spec, alert: Alert, subject: Subject, common: Grid) -> Iterator[Finding]:
    settings = layers(spec, subject, alert.alert) if subject.has.issuperset(alert.needs) else []
    chosen = list(resolve(alert, settings, common)) if settings else []
    if not chosen:
        return
    here, keeps = place(spec, subject, alert.alert), spec.prometheus.retention
    if keeps < alert.history:
        said = f"looks back {alert.history}, and Prometheus keeps data for {keeps}"
        yield Finding(here, f"{said}; raise prometheus.retention, or write off")
    if any(setting.for_ > _PATIENCE for setting in chosen):
        said = "for: is too long, for what lasts is usual in the end"
        yield Finding(here, f"{said}; it is at most {_PATIENCE}")


def place(spec: Spec, subject: Subject, alert: str) -> Path:
    """Where `alert` is set for `subject`, the nearest place; empty where nobody mentions it."""
    places: tuple[tuple[Path, Mapping[str, AlertSetting]], ...] = (
        ((*subject.path, "alerts"), subject.alerts),
        (("alerts",), spec.alerts),
    )
    return next(((*path, alert) for path, settings in places if alert in settings), ())
