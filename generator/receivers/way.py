"""What the integrations of a receiver are made with."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from generator.layout import Layout
from generator.severities import Urgency
from watchspec.spec import Channel, Secret
from watchspec.spec.channels import Slack

Integration = Mapping[str, object]
"""One entry of a `*_configs` of Alertmanager."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an integration is told besides its channel."""

    layout: Layout
    urgency: Urgency
    """How bad it is, for colours and priorities."""
    workspace: Slack | None = None
    """The spec's own `slack:`."""

    def file(self, secret: Secret) -> str:
        """Absolute path of the file that holds `secret`."""
        return self.layout.secret(secret)

    def color(self) -> str:
        """The colour of a bar beside the message; green when it is over."""
        return f'{{{{ if eq .Status "firing" }}}}{self.urgency.color()}{{{{ else }}}}good{{{{ end }}}}'

    def bearer(self, token: Secret) -> Mapping[str, object]:
        """The HTTP settings that send `token` as a bearer token."""
        return {"http_config": {"authorization": {"credentials_file": self.file(token)}}}


@dataclass(frozen=True, slots=True)
class Way:
    """One key of a channel."""

    configs: str
    """Where Alertmanager has it: the key of a receiver."""
    name: str
    """What people call it."""
    since: tuple[int, int]
    """The version of Alertmanager that has it, and reads its secrets from files."""
    of: Callable[[Channel, Context], Iterable[Integration]]
    """The integrations of a channel; none if it lacks the key."""


def said(name: str) -> str:
    """The inline template that says `watchspec.<name>`, of `generator/templates/`."""
    return f'{{{{ template "watchspec.{name}" . }}}}'


def given(**fields: object) -> Integration:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, "", (), [])}
