"""Burn rates of error budgets, exact.

A budget is what an objective allows to fail: 0.1 % for 99.9 %. A burn rate of 1 spends it in exactly its period. The
tiers are those of the Google SRE Workbook, chapter 5: https://sre.google/workbook/alerting-on-slos/
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Final

from watchspec.units import Duration, Ratio

TIERS: Final = ("SloFastBurn", "SloBurn", "SloSlowBurn", "SloErosion")
"""The burn alerts, the fastest first."""

_DIGITS: Final = Decimal("1e-12")


def factor(share: Ratio, period: Duration, window: Duration) -> Decimal:
    """How many times too fast a budget for `period` burns if `share` of it goes in `window`: 14.4, never 14.399999.

    What has no end, such as 0.9333…, has twelve digits.
    """
    exact = share.value * period.milliseconds / window.milliseconds
    rounded = exact.quantize(_DIGITS)
    return exact if exact == rounded else rounded


def lasts(burn: Decimal, period: Duration) -> Duration:
    """For how long a full budget lasts at a burn rate, to the second."""
    seconds = Decimal(period.milliseconds) / 1000 / burn
    return Duration(int(seconds) * 1000)


def lowest_objective(burn: Decimal) -> Ratio:
    """The objective that a promise must exceed for a burn rate to be possible, to a thousandth of a per cent."""
    return Ratio((1 - 1 / burn).quantize(Decimal("0.00001"), ROUND_CEILING))


def windows(parameters: Mapping[str, object]) -> tuple[Duration, Duration]:
    """The long and the short window of a burn alert."""
    return Duration.parse(str(parameters["long"])), Duration.parse(str(parameters["short"]))
