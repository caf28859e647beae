"""Manifests held against the models of Kubernetes and of the Prometheus Operator in `kubernetes-models`, by node.

Stricter than the API server, which leaves out what it does not know. The models are made from the Go types of 0.91 and
Kubernetes' OpenAPI of 1.36.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.support.need import program
from tests.support.npm import PATIENCE_SECONDS, installed

FOLDER: Final = Path(__file__).resolve().parents[1] / "generator" / "kubernetes" / "schema"
"""`package-lock.json` pins the models by their hashes; `judge.mjs` asks them."""
EXCUSED: Final[Mapping[str, str]] = {
    r"/spec/storage/volumeClaimTemplate must have required property (apiVersion|kind)": (
        "the models take a claim inside another object for one of its own; the operator's definition asks for neither"
    ),
    r"/spec/receivers/\d+/(opsgenie|pagerduty)Configs/\d+/description is unknown": (
        "the models' schemas are without descriptions, and lost the fields of that name with them"
    ),
}
"""What the models are wrong about, by the operator's own definitions of 0.93, and why."""


def faults(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """What the models have against each of `objects`, as `/spec/place what`; those without fault are left out."""
    found = {name: [fault for fault in said if not _is_excused(fault)] for name, said in judged(objects).items()}
    return {name: said for name, said in found.items() if said}


def judged(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """All that the models say of each of `objects`, in one run of node, as it takes a while to begin."""
    place = installed(FOLDER)
    script = (FOLDER / "judge.mjs").read_text(encoding="utf-8")
    run = subprocess.run(
        [program("node"), "--input-type=module", "--eval", script],
        input=json.dumps(objects), capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS, cwd=place,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout))


def _is_excused(fault: str) -> bool:
    return any(re.fullmatch(pattern, fault) for pattern in EXCUSED)
