"""What people open: dashboards by their uids, runbooks, and Alertmanager's form for a silence."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from watchspec.spec import Spec

NAMES: Final[Mapping[str, Callable[[Spec], object]]] = {
    "overview": lambda _spec: True,
    "service": lambda spec: spec.services,
    "postgres": lambda spec: spec.postgres,
    "redis": lambda spec: spec.redis,
    "host": lambda spec: spec.hosts,
    "slo": lambda _spec: True,
    "business": lambda spec: any(server.queries for server in spec.postgres),
    "alerts": lambda _spec: True,
    "monitoring": lambda _spec: True,
}
"""Every dashboard by its file's name, and what of a spec it needs."""
UID_LENGTH: Final = 40
"""Grafana refuses a longer uid (https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/)."""
_HASH_LENGTH: Final = 8


def uid(spec: Spec, dashboard: str) -> str:
    """Uid of `dashboard` (`overview`): from the names alone, so that links to it outlive a new title.

    A name that letters, digits and `-` cannot say whole gets a short hash, so that no two stacks share a uid.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", spec.name.lower()).strip("-")
    room = UID_LENGTH - len(dashboard) - 1
    if slug != spec.name or len(slug) > room:
        digest = hashlib.sha256(spec.name.encode()).hexdigest()[:_HASH_LENGTH]
        slug = f"{slug[: room - _HASH_LENGTH - 1]}-{digest}".strip("-")
    return f"{slug}-{dashboard}"


def present(spec: Spec) -> list[str]:
    """The dashboards that `spec` has."""
    return [name for name, needed in NAMES.items() if needed(spec)]


def nearest(spec: Spec, dashboard: str) -> str:
    """`dashboard` if `spec` has it, else the overview, which shows every target."""
    return dashboard if dashboard in NAMES and NAMES[dashboard](spec) else "overview"


def url(spec: Spec, dashboard: str) -> str:
    """Address of `dashboard`, or of the nearest; `?var-target=` after it chooses a target."""
    return f"{spec.links.grafana.rstrip('/')}/d/{uid(spec, nearest(spec, dashboard))}"


def runbook(spec: Spec, alert: str) -> str | None:
    """Address of the runbook of `alert`, a name or a variable of Grafana's; None for pages that lie on a disk."""
    base = spec.links.runbooks.rstrip("/")
    return f"{base}/{alert}.md" if base.startswith(("http://", "https://")) else None


def silence(spec: Spec, **labels: str) -> str:
    """Address of the form for a new silence of the alerts that have `labels`; a value may be a variable of Grafana's.

    Alertmanager's page reads matchers in braces from `filter` (`ui/app/src/Views/SilenceForm`); without any the form is
    empty.
    """
    form = f"{spec.links.alertmanager.rstrip('/')}/#/silences/new"
    matchers = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{form}?filter=%7B{quote(matchers, safe='${}:_.')}%7D" if labels else form
