"""What the spec refers to and does not say: `secrets.sh` puts it into one Secret, the manifests name its keys."""

from collections.abc import Iterable, Iterator, Mapping
from shlex import quote
from typing import Final

from pydantic import BaseModel

from generator.kubernetes import names
from generator.layout import Files
from generator.yamltext import BANNER
from watchspec.spec import Secret, Spec
from watchspec.spec.base import Tls

USERNAME: Final = "remote-write-{}-username"
"""Key of a user's name, which the operator takes from a Secret only; no file and no variable has such a key."""


def referred(value: object) -> Iterator[Secret]:
    """Every secret below `value`, and the files of TLS, each as often as it is named."""
    if isinstance(value, Secret) and (value.file or value.env):
        yield value
    if isinstance(value, Tls):
        yield from (Secret(file=path) for path in (value.ca, value.cert, value.key) if path)
    elif isinstance(value, BaseModel):
        yield from referred([getattr(value, name) for name in type(value).model_fields])
    elif isinstance(value, Mapping):
        yield from referred(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from referred(item)


def distinct(value: object) -> Mapping[str, Secret]:
    """Key → secret, of everything that `value` refers to, in the order of the keys."""
    return dict(sorted({names.key(secret): secret for secret in referred(value)}.items()))


def emit(spec: Spec) -> Files:
    """`secrets.sh`, if the spec refers to anything: a script that prints the Secret. It holds no secret itself."""
    lines = [*_copies(distinct(spec).items()), *_users(spec)]
    if not lines:
        return {}
    return {"secrets.sh": "\n".join([_HEAD, *lines, _TAIL, ""])}


_HEAD: Final = f"""# {BANNER}
# Run it in the folder of the spec, with the variables that the spec names set; what it prints is for kubectl:
#   sh kubernetes/secrets.sh | kubectl -n NAMESPACE apply --server-side -f -
# The newline at the end of a file is left out: not every receiver of Alertmanager passes over it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
give() {{ printf %s "$2" > "$folder/$1"; }}"""
_TAIL: Final = f'kubectl create secret generic {names.SECRETS} --from-file="$folder" --dry-run=client --output=yaml'


def _copies(secrets: Iterable[tuple[str, Secret]]) -> Iterator[str]:
    for key, secret in secrets:
        if secret.file is not None:
            yield f"value=$(cat {quote(secret.file if secret.file[0] != '-' else './' + secret.file)})"
        else:
            name = quote(str(secret.env))
            fault = quote(f"{secret.env}: this variable is not set")
            yield f"value=$(printenv {name}) || {{ echo {fault} >&2; exit 1; }}"
        yield f'give {key} "$value"'


def _users(spec: Spec) -> Iterator[str]:
    for place, remote in enumerate(spec.prometheus.remote_write):
        if remote.username:
            yield f"give {USERNAME.format(place)} {quote(remote.username)}"
