"""Silences: made, listed and ended through the API of a running Alertmanager, in the names of the spec."""

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TextIO

from watchspec import moments
from watchspec.alertmanager import Alertmanager, Matcher, author
from watchspec.errors import UsageError
from watchspec.spec import Spec

_MATCHER: Final = re.compile(r"\s*([^=!~\s]+)\s*(=~|!=|!~|=)\s*(.*?)\s*", re.DOTALL)
_ESCAPES: Final = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
_SHORT: Final = 8
"""Characters of an ID that are shown, and are enough to name it."""
_FEW: Final = 10
"""Alerts that are named; of more, the rest is counted."""
_ANYWAY: Final = "; --anyway silences it all the same"


def add(arguments: argparse.Namespace, spec: Spec, client: Alertmanager, stdout: TextIO, stderr: TextIO) -> None:
    """Make a silence and say what it does; raise `UsageError` where no alert can be meant."""
    matchers = _matchers(arguments.matchers, spec)
    now = datetime.now(UTC)
    begin, end = _span(arguments, now)
    reason = arguments.reason.strip()
    if not reason:
        raise UsageError("--reason: is empty; say in a few words why, for those who come after you")
    who = arguments.author.strip() if arguments.author else author()
    if not arguments.anyway:
        _check(spec, matchers)
    for warning in _doubts(spec, matchers):
        print(f"warning: {warning}", file=stderr)
    firing = client.alerts(matchers)
    identity = client.silence(
        {
            "matchers": [{"name": m.name, "value": m.value, "isRegex": m.regex, "isEqual": m.equal} for m in matchers],
            "startsAt": begin.astimezone(UTC).isoformat(),
            "endsAt": end.astimezone(UTC).isoformat(),
            "createdBy": who,
            "comment": reason,
        }
    )
    since = "now" if begin <= now else moments.shown(begin)
    print(f"silence {identity[:_SHORT]}: {_text(matchers)}", file=stdout)
    print(f"  when   {since} until {moments.shown(end)}, {moments.length(end - begin)}", file=stdout)
    print(f"  why    {reason} ({who})", file=stdout)
    print(f"  mutes  {_muted(firing)}", file=stdout)
    print("         it acknowledges: nothing of it escalates, nor is its end told, while it lasts", file=stdout)
    print(f"  end    watchspec silence end {identity[:_SHORT]}", file=stdout)


def _span(arguments: argparse.Namespace, now: datetime) -> tuple[datetime, datetime]:
    """From when to when; in whole microseconds, as given."""
    if (arguments.length is None) == (arguments.until is None):
        raise UsageError("how long? give one of --for 2h and --until 18:00")
    begin = moments.moment(arguments.begin, now, "--from") if arguments.begin else now
    if arguments.length is not None:
        try:
            end = begin + timedelta(milliseconds=moments.duration(arguments.length, "--for").milliseconds)
        except OverflowError:
            raise UsageError(f"--for {arguments.length}: is for ever; write one such as 2h") from None
        if end <= now:
            raise UsageError(f"--from {arguments.begin} --for {arguments.length}: is over already")
        return begin, end
    end = moments.moment(arguments.until, begin if ":" in arguments.until[:3] else now, "--until")
    if end <= now:
        raise UsageError(f"--until {arguments.until}: {moments.shown(end)} is over already")
    if end <= begin:
        raise UsageError(f"--until {arguments.until}: is before it begins, {moments.shown(begin)}")
    return begin, end


def show(arguments: argparse.Namespace, spec: Spec, client: Alertmanager, stdout: TextIO) -> None:
    """Print a table of the silences, the one that ends first at the top."""
    labels = _matchers(arguments.matchers, spec)
    if odd := [matcher for matcher in labels if matcher.operator != "="]:
        raise UsageError(f"{odd[0]}: list takes the labels of an alert; write {odd[0].name}=VALUE")
    found = [
        silence
        for silence in sorted(client.silences(), key=lambda silence: str(silence["endsAt"]))
        if (arguments.expired or _state(silence) != "expired") and all(_open(silence, label) for label in labels)
    ]
    if not found:
        about = f" for {_text(labels)}" if labels else ""
        print(f"nothing is silenced{about}" if not arguments.expired else f"no silences{about}", file=stdout)
        return
    muting = [identity for alert in client.alerts() for identity in alert["status"]["silencedBy"]]
    rows = [("ID", "STATE", "TIME", "MUTES", "LABELS", "REASON")]
    for silence in found:
        begins, ends = (_read(silence[key]) for key in ("startsAt", "endsAt"))
        state = _state(silence)
        time = f"from {moments.shown(begins)} " if state == "pending" else ""
        rows.append(
            (
                silence["id"][:_SHORT],
                state,
                f"{time}until {moments.shown(ends)}",
                str(muting.count(silence["id"])),
                _text(_of(silence)),
                f"{silence['comment']} ({silence['createdBy']})",
            )
        )
    print(_table(rows), file=stdout)


def end(arguments: argparse.Namespace, spec: Spec, client: Alertmanager, stdout: TextIO) -> None:
    """End silences by ID or matchers, and say what is told again; raise `UsageError` if there is none such."""
    there = [silence for silence in client.silences() if _state(silence) != "expired"]
    labels = [name for name in arguments.names if _MATCHER.fullmatch(name)]
    chosen = {
        silence["id"]: silence for name in arguments.names if name not in labels for silence in _named(name, there)
    }
    if labels:
        having = _having(_matchers(labels, spec), there)
        chosen |= {silence["id"]: silence for silence in having}
    before = client.alerts()
    for identity, silence in chosen.items():
        client.end_silence(identity)
        print(f"ended {identity[:_SHORT]}: {_text(_of(silence))}: {silence['comment']}", file=stdout)
    freed = [alert for alert in before if (by := set(alert["status"]["silencedBy"])) and by <= chosen.keys()]
    if freed:
        print(f"told again: {_names(freed)}", file=stdout)


def _named(prefix: str, there: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found = [silence for silence in there if silence["id"].startswith(prefix.lower())]
    if len(found) == 1:
        return found
    if found:
        raise UsageError(f"{prefix}: which one? {', '.join(silence['id'] for silence in found)}")
    raise UsageError(f"{prefix}: no silence has this ID, or it has ended; {_known(there)}")


def _having(wanted: Sequence[Matcher], there: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that have every one of `wanted`, as it is written."""
    found = [silence for silence in there if set(wanted) <= set(_of(silence))]
    if not found:
        raise UsageError(f"{_text(wanted)}: no silence is for that; {_known(there)}")
    return found


def _known(there: Sequence[Mapping[str, Any]]) -> str:
    known = [f"{silence['id'][:_SHORT]} {_text(_of(silence))}" for silence in there]
    more = f" and {len(known) - _FEW} more" if len(known) > _FEW else ""
    return f"there are {', '.join(known[:_FEW])}{more}" if known else "nothing is silenced"


def _matchers(words: Sequence[str], spec: Spec) -> list[Matcher]:
    found: list[Matcher] = []
    for word in words:
        parts = _MATCHER.fullmatch(word)
        if parts is None:
            known = word in {target.name for _, _, target in spec.targets()}
            hint = f"did you mean target={word}?" if known else "write label=value, such as target=cache"
            raise UsageError(f"{word}: no matcher; {hint}")
        name, operator, value = parts.groups()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = re.sub(r'\\[\\"n]', lambda escape: _ESCAPES[escape[0]], value[1:-1])
        found.append(Matcher(name, value, regex="~" in operator, equal="!" not in operator))
    exact = [matcher.name for matcher in found if matcher.operator == "="]
    if twice := [name for name in exact if exact.count(name) > 1]:
        values = "|".join(
            re.escape(m.value).replace(r"\-", "-") for m in found if m.name == twice[0] and m.operator == "="
        )
        raise UsageError(f"{twice[0]}: no alert has two values of one label; for either, write '{twice[0]}=~{values}'")
    return found


def _check(spec: Spec, matchers: Sequence[Matcher]) -> None:
    """Raise `UsageError` if no alert of `spec` can ever have such labels."""
    from generator.delivery.alerts import asked, possible  # noqa: PLC0415

    there = possible(spec)
    exact = {matcher.name: matcher.value for matcher in matchers if matcher.operator == "="}
    named = {"alertname": exact["alertname"]} if "alertname" in exact else {}
    try:
        asked(spec, exact, there)
        for matcher in matchers:
            asked(spec, {**named, matcher.name: exact.get(matcher.name, "" if matcher.regex else matcher.value)}, there)
    except UsageError as error:
        raise UsageError(f"{error}{_ANYWAY}") from None
    if not any(_could(spec, alert, matchers) for alert in there):
        raise UsageError(f"{_text(matchers)}: no alert of this spec has such labels together{_ANYWAY}")


def _could(spec: Spec, alert: Mapping[str, str], matchers: Iterable[Matcher]) -> bool:
    """Whether `alert` may pass all of them; labels that only the series have may be anything."""
    from generator.custom import KIND as CUSTOM  # noqa: PLC0415
    from generator.delivery.alerts import OWN  # noqa: PLC0415

    labels = {"stack": spec.name, **spec.labels, **alert}
    own = alert["kind"] == CUSTOM
    for matcher in matchers:
        if matcher.name not in labels and (own or matcher.name not in OWN):
            continue
        try:
            if not matcher.holds(labels.get(matcher.name, "")):
                return False
        except re.error:  # Alertmanager says what is wrong with it, in its own dialect
            continue
    return True


def _doubts(spec: Spec, matchers: Sequence[Matcher]) -> Iterator[str]:
    from generator.delivery.alerts import possible  # noqa: PLC0415

    watchdog = next((alert for alert in possible(spec) if alert["alertname"] == "Watchdog"), None)
    if spec.watchdog is None or watchdog is None:
        return
    labels = {"stack": spec.name, **spec.labels, **watchdog}
    with suppress(re.error):
        if all(matcher.holds(labels.get(matcher.name, "")) for matcher in matchers):
            yield "this silences the watchdog too, and its switch will raise the alarm; add alertname!=Watchdog"


def _open(silence: Mapping[str, Any], label: Matcher) -> bool:
    """Whether `silence` may mute an alert with this label."""
    about = [matcher for matcher in _of(silence) if matcher.name == label.name]
    try:
        return all(matcher.holds(label.value) for matcher in about)
    except re.error:
        return True


def _of(silence: Mapping[str, Any]) -> list[Matcher]:
    return [Matcher(m["name"], m["value"], m["isRegex"], m.get("isEqual", True)) for m in silence["matchers"]]


def _state(silence: Mapping[str, Any]) -> str:
    return str(silence["status"]["state"])


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(matchers: Iterable[Matcher]) -> str:
    return ", ".join(map(str, matchers))


def _muted(firing: Sequence[Mapping[str, Any]]) -> str:
    if not firing:
        return "nothing that fires now"
    return f"{len(firing)} {'alert that fires' if len(firing) == 1 else 'alerts that fire'} now: {_names(firing)}"


def _names(alerts: Sequence[Mapping[str, Any]]) -> str:
    from generator.delivery.words import name  # noqa: PLC0415

    # The worst of a name is not told apart here: a silence is for all of them.
    counted: dict[str, int] = {}
    for alert in alerts:
        key = name(alert["labels"])
        counted[key] = counted.get(key, 0) + 1
    named = [f"{key} ({count})" if count > 1 else key for key, count in sorted(counted.items())]
    return ", ".join(named[:_FEW]) + (f" and {len(named) - _FEW} more" if len(named) > _FEW else "")


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
