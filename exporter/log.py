"""Log lines as `key=value` on standard error."""

import logging
import time
from typing import Final, TextIO

from exporter.redact import mask

LOGGER: Final = logging.getLogger("watchspec")


class Lines(logging.Formatter):
    """`time=… level=… msg=…`, then what was given as `extra={"fields": {…}}`, then a traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, masked; a traceback follows on lines of its own."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        fields: dict[str, object] = {
            "time": moment,
            "level": record.levelname.lower(),
            "msg": record.getMessage(),
        }
        fields |= getattr(record, "fields", {})
        line = " ".join(f"{key}={_quoted(mask(str(value)))}" for key, value in fields.items())
        return f"{line}\n{mask(self.formatException(record.exc_info))}" if record.exc_info else line


def start(stream: TextIO) -> None:
    """Send the log to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def _quoted(text: str) -> str:
    if text and not any(sign in text for sign in ' "=\n\\'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
