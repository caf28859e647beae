"""The plain data follows Alertmanager's rules of matching."""

import pytest

from generator.delivery.tree import Delivery, Inhibition, Match, Receiver, Route, Timing, hold
from watchspec.units import Duration

SOON = Timing(Duration(0), Duration(1_000), Duration(60_000))


def _route(name: str, *matches: Match, onward: bool = False, routes: tuple[Route, ...] = ()) -> Route:
    return Route(name, matches, name, SOON, (), onward=onward, routes=routes)


def _taken(root: Route, **labels: str) -> list[str]:
    return [route.receiver for route in root.taken(labels)]


def test_the_first_child_that_matches_takes_it_and_its_parent_does_not() -> None:
    """Depth first."""
    deep = _route("deep", Match("b", ("2",)))
    root = _route("root", routes=(_route("a", Match("a", ("1",)), routes=(deep,)), _route("late", Match("a", ("1",)))))
    assert _taken(root, a="1") == ["a"]
    assert _taken(root, a="1", b="2") == ["deep"]
    assert _taken(root, a="9") == ["root"]


def test_a_route_that_goes_on_lets_its_siblings_be_asked() -> None:
    """It keeps the alert, too."""
    root = _route("root", routes=(_route("also", Match("a", ("1",)), onward=True), _route("last", Match("a", ("1",)))))
    assert _taken(root, a="1") == ["also", "last"]


def test_a_child_that_goes_on_does_not_make_its_parent_go_on() -> None:
    """Each says so for itself."""
    child = _route("child", Match("a", ("1",)), onward=True)
    root = _route("root", routes=(_route("parent", routes=(child,)), _route("next")))
    assert _taken(root, a="1") == ["child"]


@pytest.mark.parametrize(("labels", "holds"), [({}, True), ({"a": ""}, True), ({"a": "x"}, False)])
def test_a_label_that_is_missing_is_empty(labels: dict[str, str], holds: bool) -> None:
    """For a matcher that asks for it, and for one that refuses it."""
    assert Match("a", ("",)).holds(labels) is holds
    assert Match("a", ("",), but=True).holds(labels) is not holds


def test_no_matcher_passes_everything() -> None:
    """As a route without matchers does."""
    assert hold((), {"any": "thing"})


@pytest.mark.parametrize(
    ("match", "text"),
    [
        (Match("a", ('say "x"',)), r'a="say \"x\""'),
        (Match("a", ("x", "y.z")), r'a=~"x|y\\.z"'),
        (Match("a", ("x",), but=True), 'a!="x"'),
        (Match("a", ("x", "a=y"), but=True), 'a!~"x|a=y"'),
    ],
)
def test_a_matcher_is_written_so_that_every_parser_reads_the_same(match: Match, text: str) -> None:
    """Always in double quotes; a list is a regular expression of plain texts."""
    assert match.text() == text


def test_an_inhibition_needs_both_sides_and_equal_labels() -> None:
    """Labels that both lack are equal."""
    rule = Inhibition("x", (Match("s", ("bad",)),), (Match("s", ("mild",)),), ("target", "disk"))
    assert rule.mutes({"s": "mild", "target": "t"}, {"s": "bad", "target": "t"})
    assert not rule.mutes({"s": "mild", "target": "t", "disk": "a"}, {"s": "bad", "target": "t"})
    assert not rule.mutes({"s": "bad", "target": "t"}, {"s": "bad", "target": "t"})


def test_receivers_are_found_by_name() -> None:
    """The routes name them."""
    told = Delivery(_route("root"), (Receiver("root", ("ops",)),))
    assert told.receiver_of[told.root.receiver].channels == ("ops",)
