"""Which exporters a spec has, and where Prometheus finds them."""

from dataclasses import dataclass

from generator.layout import Layout
from watchspec.spec import Spec


@dataclass(frozen=True, slots=True)
class Exporter:
    """One running exporter."""

    address: str | None
    """`host:port`; None is the stack's own."""
    target: str
    """Label `target` of the series that have none of their own: the host it runs on, or the stack."""

    def at(self, layout: Layout) -> str:
        """Its address in `layout`."""
        return self.address or layout.exporter


def exporters(spec: Spec) -> tuple[Exporter, ...]:
    """One a host, in their order; the stack's own alone where no host is named."""
    found = tuple(Exporter(host.exporter, host.name) for host in spec.hosts)
    return found or (Exporter(None, spec.name),)
