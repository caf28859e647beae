"""Whether an answer is what the spec expects."""

from typing import TYPE_CHECKING, Final

from exporter.deadline import Deadline
from exporter.probe import pattern
from exporter.probe.failure import ProbeError
from exporter.probe.reading import Reading

if TYPE_CHECKING:
    from watchspec.spec.health import Body, Health

_WELL: Final = ("2xx",)


class Expectation:
    """What the spec expects of an answer."""

    def __init__(self, health: "Health | None") -> None:
        self._health = health
        self._searched: tuple[bytes, bool] | None = None

    def judge_http(self, reading: Reading, deadline: Deadline) -> None:
        """Raise `ProbeError` for the first thing in which the answer differs: status, size, headers, body."""
        health = self._health
        _status(reading, health.status if health else _WELL)
        if health is None:
            return
        if health.max_body is not None and reading.too_large:
            raise ProbeError("too_large", f"a body of more than {health.max_body}")
        for name, text in health.headers.items():
            if text.lower() not in reading.headers.get(name.lower(), "").lower():
                raise ProbeError("header", f"the header {name} does not contain what is expected")
        self.judge_body(reading, deadline)

    def judge_body(self, reading: Reading, deadline: Deadline) -> None:
        """Raise `ProbeError` if the body differs."""
        body = self._health.body if self._health else None
        if body is None:
            return
        if body.contains is not None and body.contains.encode() not in reading.body:
            raise ProbeError("body", "the body does not contain what is expected")
        if body.lacks is not None and body.lacks.encode() in reading.body:
            raise ProbeError("body", "the body contains what is not expected")
        if body.matches is not None and not self._matches(body, reading.body, deadline):
            raise ProbeError("body", "the pattern does not match the body")

    def _matches(self, body: "Body", text: bytes, deadline: Deadline) -> bool:
        """The search costs a process, so that of the same body as last time is not repeated."""
        if self._searched is None or self._searched[0] != text:
            self._searched = text, pattern.matches(str(body.matches), text, deadline)
        return self._searched[1]


def _status(reading: Reading, wanted: tuple[str, ...]) -> None:
    code = str(reading.status)
    if code in wanted or f"{code[0]}xx" in wanted:
        return
    if reading.status // 100 == 3 and "location" in reading.headers:
        raise ProbeError("redirect", f"HTTP status {code}: a redirect that is not followed")
    raise ProbeError("status", f"HTTP status {code}")
