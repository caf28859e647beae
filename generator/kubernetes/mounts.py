"""What a pod of the exporter sees: the spec, the secrets beside it, and the machine, all read-only."""

from collections.abc import Mapping
from posixpath import join as posixjoin
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
_MODE: Final = 0o440
"""For the pod's own group."""


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
    folders, alone = _places(spec)
    found: list[Body] = [{"name": "spec", "configMap": {"name": config, "defaultMode": _MODE}}]
    found += [_secrets(f"folder-{place}", items) for place, items in enumerate(folders.values())]
    if alone:
        found.append(_secrets("files", {key: key for key in alone}))
    if sees_host(spec, machine=machine):
        found.append({"name": "host", "hostPath": {"path": "/", "type": "Directory"}})
    if remembers(spec):
        found.append({"name": "state", "emptyDir": {"sizeLimit": "16Mi"}})
    return [*found, {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}}]


def mounted(spec: Spec, *, machine: bool) -> list[Body]:
    """Where the container sees them.

    A folder of a ConfigMap or a Secret is a link, which leads elsewhere after a change. The spec is mounted alone, for
    relative secrets are looked for where it really lies; those in folders are seen to change, the others are not.
    """
    folders, alone = _places(spec)
    found = [_alone("spec", "monitoring.yml", f"{FOLDER}/monitoring.yml")]
    found += [
        {"name": f"folder-{place}", "mountPath": f"{FOLDER}/{folder}", "readOnly": True}
        for place, folder in enumerate(folders)
    ]
    found += [_alone("files", key, path) for key, path in alone.items()]
    if sees_host(spec, machine=machine):
        found.append({"name": "host", "mountPath": HOST, "readOnly": True, "mountPropagation": "HostToContainer"})
    if remembers(spec):
        found.append({"name": "state", "mountPath": STATE})
    return [*found, {"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108  # the container's own


def _places(spec: Spec) -> tuple[Mapping[str, Mapping[str, str]], Mapping[str, str]]:
    """Folder beside the spec → key → path in it; and key → whole path of what lies in none."""
    folders: dict[str, dict[str, str]] = {}
    alone: dict[str, str] = {}
    for key, secret in secrets.distinct(read(spec)).items():
        if secret.file is None:
            continue
        path = normpath(posixjoin(FOLDER, secret.file))
        folder, _, rest = path.removeprefix(f"{FOLDER}/").partition("/")
        if path.startswith(f"{FOLDER}/") and rest:
            folders.setdefault(folder, {})[key] = rest
        else:
            alone[key] = path
    return folders, alone


def _secrets(name: str, paths: Mapping[str, str]) -> Body:
    items = [{"key": key, "path": path} for key, path in paths.items()]
    return {"name": name, "secret": {"secretName": names.SECRETS, "defaultMode": _MODE, "items": items}}


def _alone(volume: str, key: str, path: str) -> Body:
    return {"name": volume, "mountPath": path, "subPath": key, "readOnly": True}
