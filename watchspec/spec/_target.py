"""What all targets share: a name, who owns it, what it stands on."""

from watchspec.spec.alerts import Settings
from watchspec.spec.base import Model, Name


class Target(Model):
    """Something that is watched; `name` is the label `target` of its series and alerts."""

    name: Name
    """What it is called, once in the whole spec."""
    team: Name | None = None
    """Who owns it; a label of its alerts, for routing."""
    runs_on: Name | None = None
    """The host whose outage explains this one's."""
    depends_on: tuple[Name, ...] = ()
    """Targets whose outage explains this one's."""
    watched_by: Name | None = None
    """The host whose exporter contacts it; the first host's by default."""
    alerts: Settings = {}
    """Settings of alerts for this target alone; they win over the spec's own `alerts:`."""
