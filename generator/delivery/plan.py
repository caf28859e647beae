"""Spec → everything that Alertmanager is told to do."""

from generator.delivery.inhibitions import inhibitions
from generator.delivery.intervals import intervals
from generator.delivery.routes import receivers, tree
from generator.delivery.tree import Delivery
from watchspec.spec import Spec


def delivery(spec: Spec) -> Delivery:
    """Routes, receivers, intervals and inhibitions of `spec`."""
    return Delivery(tree(spec), tuple(receivers(spec)), tuple(intervals(spec)), inhibitions(spec))
