"""The health check of a container that has Python only: `python -m watchspec.stack.ready PORT`.

Whether the part speaks TLS is seen from what lies in the volume of the secrets, so that it is asked in the right way
however the stack was started.
"""

import base64
import ssl
import sys
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Final

from watchspec.stack.access import AT, USER

_PATIENCE_SECONDS: Final = 3


def status(port: int, folder: Path) -> int:
    """What the part on this port of loopback answers, 200 if it is ready; raises `OSError` or `HTTPException`."""
    connection, headers = _way(port, folder)
    try:
        connection.request("GET", "/-/ready", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _way(port: int, folder: Path) -> tuple[HTTPConnection, dict[str, str]]:
    if not (folder / "client.yml").exists():
        return HTTPConnection("localhost", port, timeout=_PATIENCE_SECONDS), {}
    password = (folder / "password").read_text(encoding="utf-8").strip()
    login = base64.b64encode(f"{USER}:{password}".encode()).decode()
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    connection = HTTPSConnection("localhost", port, timeout=_PATIENCE_SECONDS, context=context)
    return connection, {"Authorization": f"Basic {login}"}


def main(argv: Sequence[str], folder: Path = Path(AT)) -> int:
    """0 if it is ready; else 1, and a line that says why."""
    try:
        found = status(int(argv[0]), folder)
    except (OSError, HTTPException) as error:
        print(f"no answer: {error}", file=sys.stderr)
        return 1
    if found != 200:
        print(f"answered {found}", file=sys.stderr)
    return 0 if found == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
