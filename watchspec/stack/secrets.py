"""The files below `secrets/` that the stack cannot start without, and those of what the environment holds.

On the machine the folder is 0700 and each file 0600. Containers run as users of their own, who could not read them: a
container that ends at once (`secrets` in the compose file) copies them into a volume, which only the engine and the
containers that mount it can enter.
"""

import argparse
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from pydantic import BaseModel

from watchspec.errors import EnvironmentFailure, WatchspecError
from watchspec.load import load
from watchspec.problems import Path as Place
from watchspec.problems import shown
from watchspec.spec import Secret, Spec
from watchspec.stack import access, tls

RANDOM: Final = ("postgres", "postgres_superuser", "grafana_admin")
"""Made up once: nobody has to know them but the stack, and who logs into Grafana."""
WEBHOOK: Final = "slack_webhook"
MAILBOXES: Final = ("http://mailbox:8025/slack", "http://127.0.0.1:8025/slack")
"""The demo's mailbox, as a container and as a process of the machine see it."""
OWNERS: Final = {"grafana_admin": 472, "postgres_superuser": 999}
"""Who alone may read a secret in the volume, by the user's number in the compose file; the others are for several."""
ENVIRONMENT: Final = "env"
"""The folder, below that of the secrets, with a file for each variable of the environment that the spec names."""


def named(value: object, place: Place = ()) -> Iterator[tuple[Place, Secret]]:
    """Every secret that a part of the spec names, with its place below that part."""
    if isinstance(value, Secret) and (value.file or value.env):
        yield place, value
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from named(getattr(value, name), (*place, field.alias or name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from named(item, (*place, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from named(item, (*place, index))


def of_delivery(spec: Spec) -> list[tuple[Place, Secret]]:
    """The secrets that Alertmanager needs to tell anybody, each with its place in the spec."""
    parts = {"smtp": spec.smtp, "slack": spec.slack, "channels": spec.channels}
    return [found for key, part in parts.items() for found in named(part, (key,))]


def from_environment(value: object, environment: Mapping[str, str], folder: Path) -> None:
    """Write a file into `folder`, for us alone, for each variable that a part of the spec takes a secret from.

    A variable that is not set leaves the file of an earlier start, or one that the user put there.
    """
    for name in {secret.env for _, secret in named(value) if secret.env} & environment.keys():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / name, environment[name])


def require(spec: Spec, folder: Path, shown_as: str, mend: str = "set it") -> None:
    """Raise `EnvironmentFailure` naming every variable that delivery needs and that has no file in `folder`."""
    lines = [
        f"{shown(place)}: the environment variable {secret.env} is not set; {mend},"
        f" or put the secret into {shown_as}/{secret.env}"
        for place, secret in of_delivery(spec)
        if secret.env and not (folder / secret.env).exists()
    ]
    if lines:
        raise EnvironmentFailure("\n".join(lines))


def missing(spec: Spec, folder: Path, *, contained: bool = False) -> Iterator[str]:
    """A warning for each file that delivery needs and that is not there, relative to `folder`, the spec's.

    Containers (`contained`) see no more than what lies directly in `secrets/`.
    """
    for place, secret in of_delivery(spec):
        if secret.file is None:
            continue
        path = folder / secret.file
        if not path.is_file():
            yield f"warning: {shown(place)}: {path}: no such file; nothing can be delivered without it"
        elif contained and path.parent.resolve() != (folder / "secrets").resolve():
            yield f"warning: {shown(place)}: {path}: containers cannot see it; put it into {folder / 'secrets'}"


def create(folder: Path, webhook: str) -> list[str]:
    """Write what is missing in `folder`; return the names of what was written.

    `webhook` is the mailbox's address; it replaces another address of the demo's mailbox, never the user's own.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = [name for name in RANDOM if not (folder / name).exists()]
    for name in made:
        _write(folder / name, token_urlsafe(24) + "\n")
    current = folder / WEBHOOK
    text = current.read_text(encoding="utf-8").strip() if current.exists() else ""
    if text != webhook and (not text or _is_mailbox(text)):
        _write(current, webhook + "\n")
        made.append(WEBHOOK)
    return made


def _is_mailbox(address: str) -> bool:
    host = address.removeprefix("http://").partition(":")[0]
    return address.endswith("/slack") and host in ("mailbox", "127.0.0.1")


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def copy(source: Path, target: Path) -> None:
    """Make `target` hold exactly the files of `source`, readable by all who can enter it, or by their owner alone.

    The newline at the end of a single line is left out: not every integration of Alertmanager passes over it.
    """
    target.mkdir(exist_ok=True)
    for path in source.iterdir() if source.is_dir() else ():
        if path.is_file():
            _publish(target / path.name, path.read_bytes(), OWNERS.get(path.name))
    for path in target.iterdir():
        if path.is_file() and not (source / path.name).is_file():
            path.unlink()


def _publish(path: Path, content: bytes, owner: int | None) -> None:
    one_line = content.endswith(b"\n") and content.count(b"\n") == 1
    fresh = path.with_name(f".{path.name}.new")  # who reads meanwhile finds the old one
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(content.removesuffix(b"\n") if one_line else content)
    if owner is None:
        fresh.chmod(0o444)
    else:
        os.chown(fresh, owner, owner)
    fresh.replace(path)


def main(argv: Sequence[str] | None = None) -> None:
    """What the container does: create what is missing, give it to the owner of the spec, copy it into the volume."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--spec", type=Path, required=True, help="whose owner shall own what is made")
    arguments = parser.parse_args(argv)
    made = create(arguments.source, MAILBOXES[0])
    _give([arguments.source, *(arguments.source / name for name in made)], arguments.spec)
    try:
        spec = load(arguments.spec).spec
        if spec.secure:
            _give(tls.create(arguments.source / access.FOLDER), arguments.spec)
        _fill(arguments.source, arguments.target, spec)
    except WatchspecError as error:
        parser.exit(error.exit_status, f"{error}\n")


def _give(made: Iterable[Path], spec_file: Path) -> None:
    """What we made belongs to whoever owns the spec."""
    owner = spec_file.stat()
    for path in made:
        os.chown(path, owner.st_uid, owner.st_gid)


def _fill(source: Path, target: Path, spec: Spec) -> None:
    """Copy the secrets into the volume, those of the environment too: `watchspec up`, or the user, left them in `env/`.

    They come as files: a variable of this container would be shown to whoever asks the engine about it.
    """
    copy(source, target)
    copy(source / ENVIRONMENT, target / ENVIRONMENT)
    _between(source / access.FOLDER if spec.secure else None, target / access.FOLDER)
    require(spec, target / ENVIRONMENT, f"secrets/{ENVIRONMENT}", "start with `watchspec up` where it is set")


def _between(source: Path | None, target: Path) -> None:
    """Fill the folder with what the parts show each other; nothing of an earlier start stays."""
    target.mkdir(exist_ok=True)
    names = set()
    for name, text, owner in tls.contents(source):
        _publish(target / name, text.encode(), owner)
        names.add(name)
    for path in target.iterdir():
        if path.name not in names:
            path.unlink()


if __name__ == "__main__":
    main()
