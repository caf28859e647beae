"""Many targets."""

from pathlib import Path

import yaml

from bench.many import section, shared
from tests.support.servers import Running


def server(port: int) -> Running:
    """One that need not run."""
    return Running(port, (), Path(), lambda: True)


def test_targets_share_servers_in_turn_if_there_are_too_few() -> None:
    """Each target has its own name."""
    servers = [server(1), server(2)]

    assert [one.port for one in shared(servers, 3)] == [1, 2, 1]
    assert yaml.safe_load(section(servers, 3))["redis"][2] == {"name": "cache-2", "url": "redis://127.0.0.1:1"}
