"""Thresholds of panels: those of the alerts."""

from collections.abc import Sequence

from generator.dashboards._face import Threshold
from watchspec.spec import Spec


def limits(spec: Spec, alert: str) -> Sequence[Threshold]:
    return ()
