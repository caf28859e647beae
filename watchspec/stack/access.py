"""Who may ask whom in a secure stack, and where what they show lies; a health check reads no more than this."""

from typing import Final

USER: Final = "watchspec"
"""Who asks: Prometheus, Grafana, the health checks."""
PARTS: Final = {"exporter": 10001, "prometheus": 65534, "alertmanager": 65534}
"""Who answers, and its user's number in the compose file."""
FOLDER: Final = "tls"
"""Below the secrets, on the machine and in the volume."""
MACHINE: Final = f"secrets/{FOLDER}"
"""The folder on the machine, below that of the spec."""
AT: Final = "/etc/watchspec/secrets/tls"
"""The folder in the volume, as every part sees it."""
