"""Channels → the integrations of one Alertmanager receiver. Secrets are files at absolute paths."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from generator.layout import Layout
from generator.receivers.registry import WAYS
from generator.receivers.way import Context, Integration
from generator.severities import Urgency
from watchspec.spec import Channel, Spec


def integrations(
    channels: Sequence[Channel], spec: Spec, layout: Layout, *, resolved: bool, urgency: Urgency
) -> Mapping[str, list[Integration]]:
    """The `*_configs` of a receiver that reaches all of `channels`, each way of each person once."""
    context = Context(layout, urgency, spec.slack)
    common = {"send_resolved": resolved}
    found = {
        way.configs: [{**common, **made} for channel in channels for made in way.of(channel, context)]
        for way in WAYS.values()
    }
    return {name: [*_distinct(configs)] for name, configs in found.items() if configs}


def _distinct(configs: Iterable[Integration]) -> Iterator[Integration]:
    seen: list[Integration] = []
    for config in configs:
        if config not in seen:
            seen.append(config)
            yield config
