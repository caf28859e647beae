"""Checks on the meaning of a spec that the folder of mistakes does not show."""

import pytest

from watchspec import meaning
from watchspec.spec import Spec


def spec(**sections: object) -> Spec:
    """A spec of these sections."""
    return Spec.model_validate({"version": 1, "name": "shop", **sections})


def service(name: str, *depends_on: str, **more: object) -> dict[str, object]:
    """A service as YAML gives it."""
    return {"name": name, "url": f"http://{name}:80", "depends_on": depends_on, **more}


def test_each_circle_is_told_once() -> None:
    """However many of its members lead into it."""
    found = list(
        meaning.circles(spec(services=[service("a", "b"), service("b", "a"), service("c", "a"), service("d", "d")]))
    )

    assert [finding.message.split(";")[0] for finding in found] == [
        "depends on itself: a → b → a",
        "depends on itself: d → d",
    ]


def test_a_diamond_is_no_circle() -> None:
    """Two ways to the same thing are fine."""
    services = [service("a", "b", "c"), service("b", "d"), service("c", "d"), service("d")]

    assert list(meaning.circles(spec(services=services))) == []


def test_a_chain_of_a_thousand_is_walked() -> None:
    """Without recursion."""
    services = [service(f"s{n}", f"s{n + 1}") for n in range(999)] + [service("s999")]

    assert list(meaning.circles(spec(services=services))) == []


def test_running_on_a_host_counts_as_depending_on_it() -> None:
    """A host cannot depend on what it carries."""
    found = list(
        meaning.circles(spec(hosts=[{"name": "web", "depends_on": ["api"]}], services=[service("api", runs_on="web")]))
    )

    assert len(found) == 1


@pytest.mark.parametrize(("objective", "kept"), [("99.8001%", True), ("99.8002%", False), ("99.9%", False)])
def test_a_service_promises_the_product_of_what_it_needs_at_the_most(objective: str, kept: bool) -> None:
    """Two things of 99.9 % are up together for 99.8001 % of the time; what promises nothing counts as certain."""
    leaves = [service(name, slo={"availability": "99.9%"}) for name in ("a", "b")]
    top = service("c", "a", "b", "d", slo={"availability": objective})
    found = [finding.message for finding in meaning.promises(spec(services=[*leaves, service("d"), top]))]

    assert (not found) is kept
    assert all('"a" (99.9%) and "b" (99.9%)' in message and "(99.8001%)" in message for message in found)


def test_a_right_spec_has_no_findings() -> None:
    """Channels, severities and references that all exist."""
    right = spec(
        hosts=[{"name": "web"}],
        services=[service("api", "cache", runs_on="web")],
        redis=[{"name": "cache", "url": "redis://r"}],
        smtp={"host": "mail:25", "from": "a@example.com"},
        channels={"ops": {"email": "ops@example.com"}},
        severities={"critical": {"notify": "ops"}},
    )

    assert list(meaning.findings(right)) == []
