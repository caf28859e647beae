"""Alertmanager's own counts, as versions with and without the label of the receiver write them."""

from watchspec.counters import Count, Counters

OLD = """
# HELP alertmanager_notification_requests_total The total number of attempted notification requests.
alertmanager_notification_requests_total{integration="email"} 7
alertmanager_notification_requests_failed_total{integration="email"} 2
alertmanager_notifications_failed_total{integration="email"} 1
alertmanager_notification_requests_total{integration="webhook"} 1e+06
alertmanager_notifications_total{integration="email"} 9
"""
NEW = r"""
alertmanager_notification_requests_total{integration="email",receiver_name="channel/a \"b\" \\ c"} 3
alertmanager_notification_requests_total{integration="email",receiver_name="channel/d"} 5
alertmanager_notification_requests_failed_total{integration="email",receiver_name="channel/d"} 4
alertmanager_notifications_failed_total{integration="email",reason="clientError",receiver_name="channel/d"} 1
alertmanager_notifications_failed_total{integration="email",reason="other",receiver_name="channel/d"} 0
"""


def test_an_old_version_counts_all_receivers_together() -> None:
    """And gives no reason."""
    found = Counters.parse(OLD)
    assert not found.by_receiver
    assert found.of("email", "channel/a") == Count(5, 2, {"": 1})
    assert found.of("webhook", "channel/a") == Count(1_000_000, 0, {})


def test_a_new_version_tells_receivers_and_reasons_apart() -> None:
    """Whatever is in a name."""
    found = Counters.parse(NEW)
    assert found.by_receiver
    assert found.of("email", 'channel/a "b" \\ c') == Count(3, 0, {})
    assert found.of("email", "channel/d") == Count(1, 4, {"clientError": 1})
    assert found.of("slack", "channel/d") == Count(0, 0, {})


def test_what_was_added_is_never_less_than_nothing() -> None:
    """A restart begins anew."""
    before = Count(5, 2, {"other": 1})
    assert Count(6, 4, {"other": 2, "clientError": 1}).since(before) == Count(1, 2, {"other": 1, "clientError": 1})
    assert Count(0, 0, {}).since(before) == Count(0, 0, {})
