"""The answer to CLUSTER INFO: `cluster_*` fields, each a gauge, under redis_exporter's names.

Fields: https://redis.io/docs/latest/commands/cluster-info/
"""

from typing import Final

from exporter.families import Families
from exporter.redis.info import number, parse
from exporter.redis.talk import Talk, text

_RENAMED: Final = {
    "cluster_stats_messages_sent": "redis_cluster_messages_sent_total",
    "cluster_stats_messages_received": "redis_cluster_messages_received_total",
}


def read(out: Families) -> Talk:
    """The state of the cluster as this node sees it."""
    (reply,) = yield [("CLUSTER", "INFO")]
    for field, value in parse(text(reply)).items():
        reading = number(value)
        if field.startswith("cluster_") and reading is not None:
            help_ = f"The field {field} of CLUSTER INFO; of a state, 1 is ok."
            out.gauge(_RENAMED.get(field, f"redis_{field}"), help_, reading)
