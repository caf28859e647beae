"""Connections by name and user: CLIENT LIST, summed so that a server with many clients has few series.

Fields: https://redis.io/docs/latest/commands/client-list/
"""

from typing import Final

from exporter.families import Families, render
from exporter.redis.talk import Talk, text

_OTHER: Final = ("other", "other")
_CLIENTS: Final = ("watchspec_redis_clients", "Connections of this name and user.")
_MEMORY: Final = ("watchspec_redis_clients_memory_bytes", "Memory that connections of this name and user take.")


def read(out: Families, limit: int) -> Talk:
    """At most `limit` pairs, those with most connections first; the rest together as `other`."""
    (reply,) = yield [("CLIENT", "LIST")]
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for line in text(reply).splitlines():
        found = dict(word.partition("=")[::2] for word in line.split(" "))
        who, memory = (found.get("name", ""), found.get("user", "")), found.get("tot-mem", "")
        count, total = counted.get(who, (0, 0))
        counted[who] = count + 1, total + (int(memory) if memory.isdecimal() else 0)
    ordered = sorted(counted.items(), key=lambda one: -one[1][0])
    shown, rest = ordered[:limit], [figures for _, figures in ordered[limit:]]
    if rest:
        shown.append((_OTHER, (sum(count for count, _ in rest), sum(total for _, total in rest))))
    for (name, user), (count, total) in shown:
        labels = render(name=name, user=user)
        out.gauge(*_CLIENTS, count, labels)
        out.gauge(*_MEMORY, total, labels)
