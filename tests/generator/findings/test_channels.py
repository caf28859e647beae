"""Channels that an Alertmanager is too old for."""

from collections.abc import Callable

import pytest

from generator.findings.channels import lacking, of_channels
from tests.support.channels import CHANNELS
from watchspec.problems import shown
from watchspec.spec import Spec

Make = Callable[[str], Spec]


@pytest.mark.parametrize(
    ("channel", "place", "since"),
    [
        ("webhook: {env: HOOK}", "webhook", "0.26"),
        ("telegram: {token: {env: T}, chat: 1}", "telegram", "0.26"),
        ("discord: {env: D}", "discord", "0.27"),
        ("teams: {env: T}", "teams", "0.28"),
        ("mattermost: {env: M}", "mattermost", "0.30"),
        ("pushover: {user: {env: U}, token: {env: T}}", "pushover", "0.26"),
        ("rocketchat: {url: 'https://c', room: r, user_id: u, token: {env: T}}", "rocketchat", "0.28"),
        ("jira: {url: 'https://jira.example.com', project: P, token: {env: T}}", "jira", "0.28"),
        ("incidentio: {url: 'https://i', token: {env: T}}", "incidentio", "0.29"),
    ],
)
def test_what_0_25_lacks_has_its_place_and_its_fix(spec_of: Make, channel: str, place: str, since: str) -> None:
    """One finding for each."""
    (found,) = of_channels(spec_of(f"channels: {{c: {{{channel}}}}}\nversions: {{alertmanager: 0.25}}\n"))
    assert shown(found.path) == f"channels.c.{place}"
    assert "Alertmanager 0.25 cannot" in found.message
    assert f"raise versions: {{alertmanager: {since}}}, or " in found.message


def test_parts_of_a_channel_may_be_newer_than_the_rest(spec_of: Make) -> None:
    """A topic of Telegram, and the search of Jira Cloud."""
    spec = spec_of(CHANNELS)
    assert [shown(lack.place) for lack in lacking(spec, "0.27")] == [
        "channels.telegram-topic.telegram.topic",
        "channels.teams.teams",
        "channels.mattermost.mattermost",
        "channels.rocketchat.rocketchat",
        "channels.jira.jira",
        "channels.jira.jira.url",
        "channels.incidentio.incidentio",
    ]
    assert "channels.jira.jira.url" in [shown(lack.place) for lack in lacking(spec, "0.28.1")]


def test_the_version_that_is_written_for_by_default_has_all(spec_of: Make) -> None:
    """Nobody has to raise anything."""
    assert [*of_channels(spec_of(CHANNELS))] == []
