"""Ports that a user chooses."""

import pytest

from watchspec.errors import UsageError
from watchspec.stack import ports


def test_what_is_not_chosen_keeps_its_default() -> None:
    """One part moves, the rest stays."""
    assert ports.parse(["prometheus=9191"]) == {**ports.DEFAULTS, "prometheus": 9191}


@pytest.mark.parametrize("text", ["prometheus", "prometheus=", "prometheus=x", "prometheus=0", "demo=65536", "redis=1"])
def test_nonsense_is_refused_with_the_names(text: str) -> None:
    """The line says how to write it."""
    with pytest.raises(UsageError, match=r"write NAME=PORT; the names are exporter, prometheus"):
        ports.parse([text])
