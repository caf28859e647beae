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


@pytest.mark.parametrize(("objective", "alerts"), [("93%", False), ("93.1%", True), ("99.99%", True)])
def test_an_slo_must_be_able_to_burn_fast_enough(objective: str, alerts: bool) -> None:
    """14.4 budgets in an hour must be possible: an objective of 93.05 % or less never pages."""
    found = list(meaning.promises(spec(services=[service("a", slo={"availability": objective})])))

    assert (not found) is alerts


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
