"""What a sentinel says of the masters that it watches: INFO, SENTINEL MASTERS and what follows for each of them.

Commands: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-commands
"""

import re
from collections.abc import Iterable
from typing import Final

from exporter.families import Families, render
from exporter.redis.info import number, pairs
from exporter.redis.resp import Refusal, Reply
from exporter.redis.talk import Talk, items, mapping, text

_MASTER: Final = re.compile(r"master\d+")
_FIELDS: Final = (
    ("sentinel_masters", "Masters that are watched."),
    ("sentinel_tilt", "Whether the sentinel trusts its clock too little to act."),
    ("sentinel_running_scripts", "Scripts that run."),
    ("sentinel_scripts_queue_length", "Scripts that wait."),
    ("sentinel_simulate_failure_flags", "Failures that SENTINEL SIMULATE-FAILURE asks for, as flags."),
)
_SETTINGS: Final = (
    ("quorum", "setting_ckquorum", "Sentinels that must agree that the master is down.", 1),
    ("failover-timeout", "setting_failover_timeout", "Timeout of a failover, in milliseconds.", 1),
    ("parallel-syncs", "setting_parallel_syncs", "Replicas that synchronise at once after a failover.", 1),
    (
        "down-after-milliseconds",
        "setting_down_after_milliseconds",
        "Silence after which the master is down, in milliseconds.",
        1,
    ),
    ("config-epoch", "config_epoch", "Epoch of the configuration.", 1),
    ("last-ok-ping-reply", "last_ok_ping_reply_seconds", "Seconds since the master last answered well.", 1000),
)


def fields(out: Families, info: dict[str, str]) -> None:
    """The section Sentinel of INFO."""
    for name, help_ in _FIELDS:
        reading = number(info.get(name, ""))
        if reading is not None:
            out.gauge(f"redis_{name}", help_, reading)
    for field, value in info.items():
        if _MASTER.fullmatch(field):
            _master(out, pairs(value))


def _master(out: Families, found: dict[str, str]) -> None:
    status = found.get("status", "")
    labels = render(master_name=found.get("name", ""), master_address=found.get("address", ""))
    text_ = "Whether the master is well (1) or not (0)."
    out.gauge("redis_sentinel_master_status", text_, int(status == "ok"), f"{labels},{render(master_status=status)}")
    for key, help_ in (("slaves", "Replicas of the master."), ("sentinels", "Sentinels that watch the master.")):
        out.gauge(f"redis_sentinel_master_{key}", help_, number(found.get(key, "")) or 0, labels)


def read(out: Families) -> Talk:
    """Settings and peers of each master."""
    (reply,) = yield [("SENTINEL", "MASTERS")]
    masters = [mapping(master) for master in items(reply)]
    names = [text(master.get("name")) for master in masters]
    verbs = ("CKQUORUM", "SENTINELS", "SLAVES")
    replies = iter((yield [("SENTINEL", verb, name) for name in names for verb in verbs]))
    for master, (quorum, sentinels, slaves) in zip(masters, zip(replies, replies, replies, strict=True), strict=True):
        name, address = text(master.get("name")), f"{text(master.get('ip'))}:{text(master.get('port'))}"
        labels = render(master_name=name, master_address=address)
        _settings(out, master, labels)
        _quorum(out, name, quorum)
        out.gauge(
            "redis_sentinel_master_ok_sentinels", "Sentinels that are well, this one among them.",
            1 + _well(items(sentinels)), labels,
        )  # fmt: skip
        out.gauge("redis_sentinel_master_ok_slaves", "Replicas that are well.", _well(items(slaves)), labels)


def _settings(out: Families, master: dict[str, Reply], labels: str) -> None:
    for key, name, help_, divisor in _SETTINGS:
        out.gauge(f"redis_sentinel_master_{name}", help_, (number(text(master.get(key))) or 0) / divisor, labels)


def _quorum(out: Families, name: str, reply: Reply) -> None:
    """The message of a refusal is the sentinel's own: NOQUORUM and why."""
    message = reply.text if isinstance(reply, Refusal) else text(reply)
    help_ = "Whether enough sentinels are there for a failover."
    labels = render(master_name=name, message=message)
    out.gauge("redis_sentinel_master_ckquorum_status", help_, int(not isinstance(reply, Refusal)), labels)


def _well(peers: Iterable[Reply]) -> int:
    flags = [text(mapping(peer).get("flags")) for peer in peers]
    return sum("s_down" not in each and "o_down" not in each for each in flags)
