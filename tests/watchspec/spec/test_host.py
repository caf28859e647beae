"""What may be said of a machine, and how an exporter gets it."""

import pytest
from pydantic import ValidationError

from watchspec.plain import plain
from watchspec.spec.host import COLLECTORS, Host
from watchspec.values import Plain


def host(**settings: object) -> Host:
    """A host of a spec."""
    return Host.model_validate({"name": "web-1", **settings})


def test_collectors_that_are_not_named_stay_as_they_are() -> None:
    """Most are on; those with many series, and one that starts a program, are off."""
    switched_on = set(host(collectors={"hwmon": False, "interrupts": True}).switched_on)

    assert {name for name, default in COLLECTORS.items() if not default} == {"interrupts", "softirqs", "systemd"}
    assert switched_on ^ set(host().switched_on) == {"hwmon", "interrupts"}


def test_one_may_stand_for_a_list() -> None:
    """A folder, a program."""
    found = host(textfiles="/var/lib/metrics", processes="redis-*")

    assert (found.textfiles, found.processes) == (("/var/lib/metrics",), ("redis-*",))


def test_an_exporter_gets_the_switches_too() -> None:
    """The plain form of a host has what the model works out."""
    found = plain(host(collectors={"cpu": False}))

    assert isinstance(found, Plain)
    assert found.__dict__["switched_on"] == host(collectors={"cpu": False}).switched_on


@pytest.mark.parametrize("settings", [{"processes": ["a"] * 2}, {"processes": [f"p{n}" for n in range(101)]}])
def test_groups_of_processes_are_few_and_distinct(settings: dict[str, object]) -> None:
    """Each is a group of series."""
    with pytest.raises(ValidationError, match=r"twice|at most 100"):
        host(**settings)
