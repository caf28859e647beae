"""Whatever channels the loader accepts, Alertmanager accepts."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from generator import alertmanager
from generator.findings.channels import lacking
from generator.layout import COMPOSE
from tests.support.need import program
from watchspec.spec import Channel, Spec
from watchspec.stack import channels

_WORDS: Final = st.sampled_from(
    ["ops", "#alerts", "", " ", "{{ x }}", "{{", "}}", "a b", "'", '"', "\\", "ž 北京", "%", "$1", "0", "no"]
)
_TEXT: Final = st.one_of(_WORDS, st.text(max_size=12))
_URL: Final = st.one_of(
    st.sampled_from(
        ["https://x.example.com", "http://h:8080/a?b=c#d", "https://[::1]:9/x", "https://x/%zz", "http://a b"]
    ),
    _TEXT.map(lambda text: f"https://{text}"),
    _TEXT.map(lambda text: f"https://x.example.com/{text}"),
)
_SECRET: Final = st.one_of(
    st.fixed_dictionaries({"file": _TEXT}), st.fixed_dictionaries({"env": st.sampled_from(["A", "B"])})
)
_ARN: Final = st.one_of(st.just("arn:aws:sns:eu-west-1:1:x"), _TEXT.map(lambda text: f"arn:aws:sns:eu-west-1:1:{text}"))
_RESPONDER: Final = st.sampled_from(["team", "user", "schedule", "escalation"]).flatmap(
    lambda kind: st.fixed_dictionaries({kind: _TEXT})
)


def _of(required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


_WAYS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "email": st.lists(st.one_of(st.just("a@b.c"), _TEXT.map(lambda text: f"{text}@x")), min_size=1, max_size=2),
    "slack": _of({}, room=_TEXT, webhook=_SECRET, token=_SECRET),
    "webhook": _of({"url": _URL}, token=_SECRET),
    "pagerduty": _of({"key": _SECRET}, url=_URL),
    "opsgenie": _of({"key": _SECRET}, url=_URL, responders=st.lists(_RESPONDER, max_size=3)),
    "telegram": _of({"token": _SECRET, "chat": st.integers()}, topic=st.integers(), url=_URL),
    "discord": _SECRET,
    "teams": _SECRET,
    "mattermost": _of({"webhook": _SECRET}, room=_TEXT),
    "pushover": _of({"user": _SECRET, "token": _SECRET}, device=_TEXT, sound=_TEXT, emergency=st.booleans()),
    "rocketchat": _of({"url": _URL, "room": _TEXT, "user_id": _TEXT, "token": _SECRET}),
    "victorops": _of({"key": _SECRET, "routing_key": _TEXT}, url=_URL),
    "jira": _of(
        {"url": _URL, "project": _TEXT, "token": _SECRET},
        type=_TEXT, user=_TEXT, priorities=st.lists(_TEXT, max_size=3), resolve=_TEXT, reopen=_TEXT,
    ),
    "webex": _of({"room": _TEXT, "token": _SECRET}),
    "incidentio": _of({"url": _URL, "token": _SECRET}),
    "sns": _of({"topic": _ARN}, role=_TEXT, profile=_TEXT),
}  # fmt: skip


def _valid(channel: dict[str, Any]) -> bool:
    try:
        Channel.model_validate(channel)
    except ValidationError:
        return False
    return True


_CHANNEL: Final = st.sampled_from([*_WAYS]).flatmap(lambda key: _of({key: _WAYS[key]}))


def test_every_way_is_tried() -> None:
    """None is left out."""
    assert [*_WAYS] == [*Channel.model_fields]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(drawn=st.lists(_CHANNEL, min_size=20, max_size=40))
def test_what_the_loader_accepts_amtool_accepts(drawn: list[dict[str, Any]]) -> None:
    """Odd names, addresses and numbers are refused by the loader, or written so that Alertmanager reads them."""
    found = [channel for channel in drawn if _valid(channel)]
    spec = Spec.model_validate(
        {
            "version": 1,
            "name": "x",
            "smtp": {"host": "m:25", "from": "a@b"},
            "slack": {"webhook": {"file": "x"}},
            "channels": {str(place): channel for place, channel in enumerate(found)},
        }
    )
    new = {lack.place[1] for lack in lacking(spec, channels.version(program("alertmanager")))}
    kept = {name: channel for name, channel in spec.channels.items() if name not in new}
    with TemporaryDirectory() as folder:
        for name, text in alertmanager.emit(spec.model_copy(update={"channels": kept}), COMPOSE).items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_text(text, encoding="utf-8")
        command = [program("amtool"), "check-config", f"{folder}/alertmanager/alertmanager.yml"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
