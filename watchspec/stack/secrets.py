"""The files below `secrets/` that the bundled stack cannot start without.

On the machine the folder is 0700 and each file 0600. Containers run as users of their own, who could not read them: a
container that ends at once (`secrets` in the compose file) copies them into a volume, which only the engine and the
containers that mount it can enter.
"""

import argparse
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

RANDOM: Final = ("postgres", "postgres_superuser", "grafana_admin")
"""Made up once: nobody has to know them but the stack, and who logs into Grafana."""
WEBHOOK: Final = "slack_webhook"
MAILBOXES: Final = ("http://mailbox:8025/slack", "http://127.0.0.1:8025/slack")
"""The demo's mailbox, as a container and as a process of the machine see it."""


def create(folder: Path, webhook: str) -> list[str]:
    """Write what is missing in `folder`; return the names of what was written.

    `webhook` is the mailbox's address; it replaces another address of the demo's mailbox, never the user's own.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = [name for name in RANDOM if not (folder / name).exists()]
    for name in made:
        _write(folder / name, token_urlsafe(24))
    current = folder / WEBHOOK
    text = current.read_text(encoding="utf-8").strip() if current.exists() else ""
    if text != webhook and (not text or _is_mailbox(text)):
        _write(current, webhook)
        made.append(WEBHOOK)
    return made


def _is_mailbox(address: str) -> bool:
    host = address.removeprefix("http://").partition(":")[0]
    return address.endswith("/slack") and host in ("mailbox", "127.0.0.1")


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    fresh.replace(path)


def copy(source: Path, target: Path) -> None:
    """Make `target` hold exactly the files of `source`, readable by all who can enter it."""
    for path in source.iterdir():
        if path.is_file():
            shutil.copyfile(path, target / path.name)
            (target / path.name).chmod(0o444)
    for path in target.iterdir():
        if not (source / path.name).exists():
            path.unlink()


def main(argv: Sequence[str] | None = None) -> None:
    """What the container does: create what is missing, give it to the owner of the spec, copy it into the volume."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--owner-of", type=Path, required=True, help="the file whose owner shall own what is made")
    arguments = parser.parse_args(argv)
    made = create(arguments.source, MAILBOXES[0])
    owner = arguments.owner_of.stat()
    for path in (arguments.source, *(arguments.source / name for name in made)):
        os.chown(path, owner.st_uid, owner.st_gid)
    copy(arguments.source, arguments.target)


if __name__ == "__main__":
    main()
