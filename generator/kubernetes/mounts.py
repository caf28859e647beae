"""What a pod of the exporter sees: the spec, the secrets beside it, and the machine, all read-only."""

from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import Final

from generator.kubernetes import names, secrets
from generator.kubernetes.objects import Body
from watchspec.spec import Spec

FOLDER: Final = "/etc/watchspec"
"""Where the spec lies; relative secrets lie below it, as they do beside the user's own file."""
HOST: Final = "/host"
"""The machine's root file system, with /proc and /sys in it."""
STATE: Final = "/var/lib/watchspec"
"""Heartbeats of jobs, for as long as the pod stays on its node."""


def read(spec: Spec) -> object:
    """The parts of `spec` whose secrets the exporter reads; the others are Alertmanager's and Prometheus's."""
    return (spec.services, spec.redis, spec.postgres, spec.jobs)


def sees_host(spec: Spec, *, machine: bool) -> bool:
    """Whether a pod needs the machine's files: it is a host's, or a job leaves a file there."""
    return machine or any(job.file and job.file.startswith("/") for job in spec.jobs)


def remembers(spec: Spec) -> bool:
    """Whether there is anything to remember over a restart."""
    return any(job.heartbeat for job in spec.jobs)


def volumes(spec: Spec, config: str, *, machine: bool) -> list[Body]:
    """The volumes of a pod; `config` is the ConfigMap that holds the spec."""
    beside, elsewhere = _files(spec)
    sources: list[Body] = [{"configMap": {"name": config}}]
    if beside:
        sources.append({"secret": {"name": names.SECRETS, "items": _items(beside)}})
    found: list[Body] = [{"name": "spec", "projected": {"defaultMode": 0o440, "sources": sources}}]
    if elsewhere:
        secret = {"secretName": names.SECRETS, "defaultMode": 0o440, "items": _items({key: key for key in elsewhere})}
        found.append({"name": "secrets", "secret": secret})
    if sees_host(spec, machine=machine):
        found.append({"name": "host", "hostPath": {"path": "/", "type": "Directory"}})
    if remembers(spec):
        found.append({"name": "state", "emptyDir": {"sizeLimit": "16Mi"}})
    return [*found, {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}}]


def mounted(spec: Spec, *, machine: bool) -> list[Body]:
    """Where the container sees them. A file that the spec names by a whole path is mounted alone, at that path."""
    _, elsewhere = _files(spec)
    found: list[Body] = [{"name": "spec", "mountPath": FOLDER, "readOnly": True}]
    found += [
        {"name": "secrets", "mountPath": path, "subPath": key, "readOnly": True} for key, path in elsewhere.items()
    ]
    if sees_host(spec, machine=machine):
        found.append({"name": "host", "mountPath": HOST, "readOnly": True, "mountPropagation": "HostToContainer"})
    if remembers(spec):
        found.append({"name": "state", "mountPath": STATE})
    return [*found, {"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108  # the container's own


def _files(spec: Spec) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Key → path of the secrets below the spec's folder, and of those elsewhere, by their whole path."""
    paths = {key: normpath(f"{FOLDER}/{path}" if path[0] != "/" else path) for key, path in _named(spec)}
    beside = {key: path.removeprefix(f"{FOLDER}/") for key, path in paths.items() if path.startswith(f"{FOLDER}/")}
    return beside, {key: path for key, path in paths.items() if key not in beside}


def _named(spec: Spec) -> Iterator[tuple[str, str]]:
    for key, secret in secrets.distinct(read(spec)).items():
        if secret.file:
            yield key, secret.file


def _items(paths: Mapping[str, str]) -> list[Body]:
    return [{"key": key, "path": path} for key, path in paths.items()]
