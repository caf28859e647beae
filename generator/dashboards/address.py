"""Where a generated dashboard lives in Grafana: its uid, and the address that people open."""

import hashlib
import re
from typing import Final

from watchspec.spec import Spec

NAMES: Final = ("overview", "slo")
"""Every dashboard that is generated, by its file's name."""
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


def nearest(dashboard: str) -> str:
    """`dashboard` if there is one of that name, else the overview, which shows every target."""
    return dashboard if dashboard in NAMES else "overview"


def url(spec: Spec, dashboard: str) -> str:
    """Address of `dashboard`, or of the nearest; `?var-target=` after it chooses a target."""
    return f"{spec.links.grafana.rstrip('/')}/d/{uid(spec, nearest(dashboard))}"
