"""Promised families against published ones."""

import pytest

from bench.alike import compare, contract, joined, of_targets
from bench.page import Shape


def gauge(*labels: str) -> Shape:
    """A gauge with these labels."""
    return Shape("gauge", frozenset(labels))


def test_our_own_labels_do_not_count_unless_they_were_promised() -> None:
    """`target` and `instance` tell targets and replicas apart."""
    found = compare({"a": gauge("db"), "b": gauge("instance")}, {"a": gauge("db", "target"), "b": gauge("target")})

    assert found.alike == ("a",)
    assert found.different == ("b: gauge{instance} expected, gauge{target} found",)


@pytest.mark.parametrize("found", [gauge(), gauge("db", "more"), Shape("counter", frozenset({"db"}))])
def test_another_type_or_other_labels_are_different(found: Shape) -> None:
    """Fewer, more, or a counter in place of a gauge."""
    assert compare({"a": gauge("db")}, {"a": found}).share() == 0


def test_what_is_not_published_is_missing() -> None:
    """The share is that of what is alike."""
    found = compare({"a": gauge(), "b": gauge(), "c": gauge(), "d": gauge()}, {"a": gauge(), "z": gauge()})

    assert found.missing == ("b", "c", "d")
    assert found.share() == 0.25


def test_families_of_several_pages_have_the_labels_of_all() -> None:
    """One target may show what another cannot."""
    assert joined([{"a": gauge("x")}, {"a": gauge("y"), "b": gauge()}]) == {"a": gauge("x", "y"), "b": gauge()}


def test_an_exporters_own_process_is_not_what_is_watched() -> None:
    """Families about Go, Python and HTTP are left out."""
    assert of_targets({"go_threads": gauge(), "process_open_fds": gauge(), "pg_up": gauge()}) == {"pg_up": gauge()}


def test_a_contract_is_read_by_exporter() -> None:
    """Comments and the head are no families; a line with a column too few is refused."""
    text = "# observed\nexporter\tfamily\ttype\tlabels\none\ta\tgauge\tx,y\none\tb\tgauge\t\n"

    assert contract(text) == {"one": {"a": gauge("x", "y"), "b": gauge()}}
    with pytest.raises(ValueError, match="3 columns, not 4: one\ta\tgauge"):
        contract("head\none\ta\tgauge\n")
