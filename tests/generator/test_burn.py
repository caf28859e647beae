"""Burn rates are exact for any period."""

from decimal import Decimal

import pytest

from generator import burn
from generator.slos import Objective
from watchspec.units import Duration, Ratio, plain


@pytest.mark.parametrize(
    ("share", "window", "factors"),
    [
        ("2%", "1h", {"30d": "14.4", "28d": "13.44", "7d": "3.36", "90d": "43.2"}),
        ("5%", "6h", {"30d": "6", "28d": "5.6", "7d": "1.4", "90d": "18"}),
        ("10%", "1d", {"30d": "3", "28d": "2.8", "7d": "0.7", "90d": "9"}),
        ("10%", "3d", {"30d": "1", "28d": "0.933333333333", "7d": "0.233333333333", "90d": "3"}),
    ],
)
def test_factors_are_those_of_the_workbook_scaled_to_the_period(
    share: str, window: str, factors: dict[str, str]
) -> None:
    """Budget share * period / window; for 30 days those of https://sre.google/workbook/alerting-on-slos/."""
    for period, factor in factors.items():
        found = burn.factor(Ratio.parse(share), Duration.parse(period), Duration.parse(window))
        assert plain(found) == factor


def test_a_budget_is_written_as_people_write_it() -> None:
    """1 - 0.999 is 0.0010000000000000009 in floats."""
    slo = Objective("availability", Ratio.parse("99.9%"), Duration.parse("30d"))

    assert plain(slo.budget) == "0.001"
    assert plain(slo.budget * slo.pace(Ratio.parse("2%"), "1h")) == "0.0144"


@pytest.mark.parametrize(("burns", "objective"), [("14.4", "93.056%"), ("6", "83.334%"), ("10", "90%")])
def test_the_lowest_objective_is_that_at_which_all_must_fail(burns: str, objective: str) -> None:
    """Rounded so that whoever exceeds it can be told."""
    limit = burn.lowest_objective(Decimal(burns))

    assert str(limit) == objective
    assert Decimal(burns) * (1 - limit.value) <= 1 < Decimal(burns) * (1 - limit.value + Decimal("0.00001"))


def test_a_budget_lasts_as_long_as_its_share_says() -> None:
    """2 % in an hour is all of it in 50 hours."""
    assert str(burn.lasts(Decimal("14.4"), Duration.parse("30d"))) == "2d2h"
    assert str(burn.lasts(Decimal(1), Duration.parse("30d"))) == "30d"
