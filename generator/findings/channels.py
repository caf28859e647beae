"""What the Alertmanager of a spec is too old for, among its channels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from generator.receivers.registry import WAYS
from generator.versions import JIRA_CLOUD, TELEGRAM_TOPICS, WEBHOOK_URL_FILE, reaches
from watchspec.problems import Finding, Path
from watchspec.spec import Channel, Spec

_CLOUD: Final = "atlassian.net"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that an Alertmanager is too old for."""

    place: Path
    what: str
    """What it cannot do."""
    needs: tuple[int, int]
    """The first version that can."""
    instead: str
    """What to do with an older one."""

    @property
    def since(self) -> str:
        """The first version that can, such as `0.26`."""
        return ".".join(map(str, self.needs))


def of_channels(spec: Spec) -> Iterator[Finding]:
    """One finding for each thing that `versions.alertmanager` lacks."""
    version = spec.versions.alertmanager
    for lack in lacking(spec, version):
        yield Finding(
            lack.place,
            f"Alertmanager {version} cannot {lack.what}, {lack.since} can; "
            f"raise versions: {{alertmanager: {lack.since}}}, or {lack.instead}",
        )


def lacking(spec: Spec, version: str) -> Iterator[Lack]:
    """What the channels of `spec` need and this version of Alertmanager lacks."""
    for name, channel in spec.channels.items():
        yield from (lack for lack in _needs(channel, ("channels", name)) if not reaches(version, lack.needs))


def _needs(channel: Channel, at: Path) -> Iterator[Lack]:
    for key in channel.ways():
        way = WAYS[key]
        yield Lack((*at, key), f"reach {way.name} with secrets in files", way.since, "remove it")
    if channel.webhook is not None and channel.webhook.url is None:
        yield Lack((*at, "webhook"), "read it from a file", WEBHOOK_URL_FILE, "write the address out")
    if channel.telegram is not None and channel.telegram.topic is not None:
        yield Lack((*at, "telegram", "topic"), "write into a topic", TELEGRAM_TOPICS, "remove it")
    if channel.jira is not None and str(urlsplit(channel.jira.url).hostname).endswith(_CLOUD):
        yield Lack((*at, "jira", "url"), "search in Jira Cloud", JIRA_CLOUD, "use a server of your own")
