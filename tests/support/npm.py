"""Packages of npm that tests judge with: a folder's `package-lock.json` pins them by their hashes."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.need import lacking, program

PATIENCE_SECONDS = 300
"""For npm, and for what it installs: the machine may be busy."""
_CACHE = Path(__file__).resolve().parents[2] / ".venv" / "schema"
_PINNED = ("package.json", "package-lock.json", ".npmrc")


def installed(folder: Path) -> Path:
    """The folder with the `node_modules` that `npm ci` installs for `folder`, once for each state of its lock.

    Of two that install it, one wins. Without npm, or where it cannot install, the test is skipped, or fails in CI.
    """
    npm = program("npm")
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in _PINNED)).hexdigest()[:12]
    place = _CACHE / digest
    if not place.is_dir():
        _CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
            _install(npm, folder, Path(scratch) / "fresh")
            with contextlib.suppress(OSError):  # another process was faster
                (Path(scratch) / "fresh").rename(place)
    return place


def direct(folder: Path) -> Mapping[str, str]:
    """The version of each package that `folder` asks for; all in its lock are pinned by hash, whatever the registry."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name.removeprefix("node_modules/"): package for name, package in lock["packages"].items() if name}
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), f"{name} is not pinned by its hash"
        assert "resolved" not in package, f"{name} names a registry"
    return {name: packages[name]["version"] for name in lock["packages"][""]["devDependencies"]}


def _install(npm: str, folder: Path, place: Path) -> None:
    place.mkdir()
    for name in _PINNED:
        shutil.copy(folder / name, place)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS, cwd=place)
    except subprocess.TimeoutExpired:
        lacking(f"npm has not installed {', '.join(direct(folder))} within {PATIENCE_SECONDS} s")
    except subprocess.CalledProcessError as error:
        lacking(f"npm cannot install {', '.join(direct(folder))}: {' '.join(error.stderr.split())[:200]}")
