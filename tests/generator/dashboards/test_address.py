"""Uids and addresses: stable, short, and no two stacks share them."""

import re

import pytest

from generator.dashboards.address import NAMES, UID_LENGTH, nearest, uid, url
from generator.grafana import DASHBOARDS
from watchspec.spec import Spec

NAMES_OF_STACKS = ["shop", "Shop", "shop!", "shop-1", "магацин", "магазин", "a" * 200, "a" * 199, "$HOME/[x]", "-"]


def stack(name: str) -> Spec:
    """A stack that is nothing but a name."""
    return Spec.model_validate({"version": 1, "name": name})


def test_a_plain_name_is_readable_in_the_uid() -> None:
    """People see it in the address bar."""
    assert uid(stack("shop-1"), "overview") == "shop-1-overview"


@pytest.mark.parametrize("name", NAMES_OF_STACKS)
def test_grafana_accepts_the_uid(name: str) -> None:
    """Letters, digits, dash and underscore, 40 at the most."""
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", uid(stack(name), "overview"))
    assert len(uid(stack(name), "overview")) <= UID_LENGTH


def test_no_two_stacks_share_a_uid() -> None:
    """What the slug loses, a hash keeps."""
    assert len({uid(stack(name), "overview") for name in NAMES_OF_STACKS}) == len(NAMES_OF_STACKS)


def test_a_kind_without_a_dashboard_is_shown_by_the_overview() -> None:
    """A link never leads to a page that does not exist."""
    assert nearest(stack("shop"), "alerts") == "alerts"
    assert nearest(stack("shop"), "redis") == "overview"
    assert url(stack("shop"), "no-such-kind") == "http://localhost:3000/d/shop-overview"


def test_every_dashboard_has_an_address() -> None:
    """What is generated and what is linked to are the same dashboards."""
    assert set(NAMES) == set(DASHBOARDS)
