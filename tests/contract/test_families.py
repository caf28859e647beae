"""What the four exporters publish of real servers, this one publishes too: same names, types and labels."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from bench import alike
from bench.page import Shape

SHARE: Final = 0.95
"""How many of the families that can be there must be."""
Contract = Mapping[str, Mapping[str, Shape]]


class Excuse(NamedTuple):
    """Why families of the contract are not asked for."""

    pattern: str
    unless: str
    reason: str

    def holds(self) -> bool:
        """Whether the machine still lacks what they need."""
        return not self.unless or not any(Path("/").glob(self.unless.lstrip("/")))


EXCUSES: Final = [Excuse(*row) for row in alike.rows((Path(__file__).parent / "exceptions.tsv").read_text(), 3)]


def is_excused(family: str) -> bool:
    """Whether the family need not be there."""
    return any(fnmatchcase(family, excuse.pattern) and excuse.holds() for excuse in EXCUSES)


def asked(promised: Mapping[str, Shape], published: Mapping[str, Shape]) -> dict[str, Shape]:
    """The families that must be there, and those that are there without need."""
    return {name: shape for name, shape in promised.items() if name in published or not is_excused(name)}


@pytest.mark.parametrize("exporter", ["node_exporter", "redis_exporter", "postgres_exporter", "blackbox_exporter"])
def test_nearly_all_families_are_published_with_their_types_and_labels(
    exporter: str, contract: Contract, published: Mapping[str, Shape], say: Callable[[str], None]
) -> None:
    """At least 95 % of those that this machine and these servers can give."""
    promised = contract[exporter]
    found = alike.compare(asked(promised, published), published)

    say(
        f"{exporter}: {found.share():.1%} of {len(asked(promised, published))} that can be there; "
        f"{len(found.alike)} of all {len(promised)}"
    )
    for line in [f"  missing {name}" for name in found.missing] + [f"  different {text}" for text in found.different]:
        say(line)
    assert found.share() >= SHARE


def test_no_family_of_the_contract_has_another_type_or_other_labels(
    contract: Contract, published: Mapping[str, Shape]
) -> None:
    """What is there is right, whether it was asked for or not."""
    everything = {name: shape for promised in contract.values() for name, shape in promised.items()}

    assert alike.compare(everything, published).different == ()


def test_the_contract_has_the_families_of_four_exporters_each_once(contract: Contract) -> None:
    """The table is whole: nobody shortened it to make the share rise."""
    assert {name: len(families) for name, families in contract.items()} == {
        "node_exporter": 250, "redis_exporter": 201, "postgres_exporter": 356, "blackbox_exporter": 40,
    }  # fmt: skip


@pytest.mark.parametrize("excuse", EXCUSES, ids=lambda excuse: excuse.pattern)
def test_every_excuse_is_about_families_of_the_contract(excuse: Excuse, contract: Contract) -> None:
    """And has a reason."""
    assert excuse.reason
    assert any(fnmatchcase(name, excuse.pattern) for families in contract.values() for name in families)
