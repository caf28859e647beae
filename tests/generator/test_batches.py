"""Tests side by side."""

from dataclasses import replace
from decimal import Decimal

from generator.batches import batched
from generator.cases import Case, Expected


def _case(target: str, said: str = "fires beyond its threshold of 1%") -> Case:
    series = {f'up{{target="{target}"}}': "1+0x10"}
    expected = (Expected({"target": target}, {"summary": target}),)
    return Case(f"ServiceDown {said}", "ServiceDown", 60, Decimal(60), series, (600,), expected)


def test_the_same_question_about_other_targets_is_one_test() -> None:
    """With the series and the alerts of all, whatever their thresholds are."""
    one, other = _case("a"), _case("b", "fires beyond its threshold of 2%")

    (joined,) = batched([one, other])

    assert joined.name == "ServiceDown fires beyond its threshold of 2 targets"
    assert joined.series == {**one.series, **other.series}
    assert joined.expected == one.expected + other.expected


def test_a_test_that_is_alone_stays_as_it_is() -> None:
    """With its threshold in its name."""
    assert batched([_case("a")]) == [_case("a")]


def test_two_tests_of_one_target_stay_apart() -> None:
    """Their series have the same labels; a third target joins the first of them."""
    cases = [_case("a"), _case("a", "fires beyond its threshold of 2%"), _case("b")]

    first, second = batched(cases)

    assert len(first.series) == 2
    assert second == cases[1]


def test_other_questions_times_and_expectations_stay_apart() -> None:
    """Promtool looks at all alerts of a name at once."""
    silent = replace(_case("b"), expected=())
    later = replace(_case("c"), times=(660,))
    other = _case("d", "is silent just before its threshold of 1%")

    assert batched([_case("a"), silent, later, other]) == [_case("a"), silent, later, other]


def test_no_test_has_more_samples_than_promtool_loads() -> None:
    """What does not fit begins another."""
    joined = batched(_case(f"service-{index}") for index in range(1000))

    assert len(joined) == 2
    assert sum(len(case.series) for case in joined) == 1000
    assert max(len(case.series) for case in joined) * 11 <= 9000


def test_a_target_is_known_with_quotes_in_its_name() -> None:
    """As PromQL writes it."""
    assert len(batched([_case('a\\"b'), _case('a\\"c')])) == 1
    assert len(batched([_case('a\\"b'), _case('a\\"b')])) == 2
