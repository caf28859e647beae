"""Which targets a hung one costs something."""

from bench.hung import losses


def test_a_target_with_fewer_series_has_lost_some() -> None:
    """The frozen one is expected to."""
    before = 'a{target="x"} 1\nb{target="x"} 1\na{target="y"} 1\na{target="z"} 1\nown 1\n'
    after = 'a{target="x"} 1\na{target="z"} 1\n'

    assert losses(before, after, {"y"}) == ["x"]


def test_more_series_are_no_loss() -> None:
    """Statistics of a command appear when it runs first."""
    assert losses('a{target="x"} 1\n', 'a{target="x"} 1\nb{target="x"} 1\n', set()) == []
