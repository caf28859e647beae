"""What may be written for a channel, and what is refused."""

import pytest
from pydantic import ValidationError

from watchspec.spec import Channel


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ({"email": "a@b.c"}, {"email": ["a@b.c"]}),
        ({"slack": "#x"}, {"slack": {"room": "#x"}}),
        ({"webhook": "http://x"}, {"webhook": {"url": "http://x"}}),
        ({"pagerduty": {"file": "k"}}, {"pagerduty": {"key": {"file": "k"}}}),
        ({"opsgenie": {"env": "K"}}, {"opsgenie": {"key": {"env": "K"}}}),
        ({"mattermost": {"file": "w"}}, {"mattermost": {"webhook": {"file": "w"}}}),
        ({"sns": "arn:aws:sns:eu-west-1:1:x"}, {"sns": {"topic": "arn:aws:sns:eu-west-1:1:x"}}),
    ],
)
def test_the_short_form_says_the_same(short: object, long: object) -> None:
    """As its users expect."""
    assert Channel.model_validate(short) == Channel.model_validate(long)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({}, "give one of email, slack, webhook, pagerduty"),
        ({"pagerduty": "hunter2"}, "a secret is never written into the spec"),
        ({"opsgenie": {"key": "hunter2"}}, "a secret is never written into the spec"),
        ({"discord": "https://discord.com/api/webhooks/hunter2"}, "a secret is never written into the spec"),
        ({"teams": "https://hunter2"}, "a secret is never written into the spec"),
        ({"mattermost": "https://hunter2"}, "a secret is never written into the spec"),
        ({"telegram": {"token": "hunter2", "chat": 1}}, "a secret is never written into the spec"),
        ({"pushover": {"user": "hunter2", "token": {"file": "x"}}}, "a secret is never written into the spec"),
        ({"webex": {"room": "r", "token": "hunter2"}}, "a secret is never written into the spec"),
        ({"slack": {}}, "names no room"),
        ({"slack": {"room": "#x", "webhook": {"file": "a"}, "token": {"file": "b"}}}, "give one of webhook and token"),
        ({"opsgenie": {"key": {"file": "k"}, "responders": [{}]}}, "give one of team, user, schedule and escalation"),
        ({"sns": "arn:aws:sqs:eu-west-1:1:x"}, "is not a topic; write arn:aws:sns:REGION:ACCOUNT:NAME"),
    ],
)
def test_a_mistake_says_how_to_write_it(wrong: object, message: str) -> None:
    """And never repeats a secret."""
    with pytest.raises(ValidationError) as raised:
        Channel.model_validate(wrong)
    assert message in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_the_region_of_a_topic_is_in_its_name() -> None:
    """Nobody writes it twice."""
    sns = Channel.model_validate({"sns": "arn:aws-cn:sns:cn-north-1:123:x.fifo"}).sns
    assert sns is not None
    assert sns.region == "cn-north-1"
