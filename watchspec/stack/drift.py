"""How what runs differs from what the spec renders: files, what the parts took of them, and rules."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from watchspec.load import Loaded
from watchspec.stack import composed, native
from watchspec.stack.note import Note
from watchspec.stack.plan import Way
from watchspec.stack.process import contents
from watchspec.stack.state import State

if TYPE_CHECKING:
    from generator.layout import Files

Named = Counter[tuple[str, str]]
"""Group and name of rules; one name may be there several times, for several severities."""
_MANY: Final = 3
"""How many are named."""
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def rendered(loaded: Loaded, state: State, found: Note) -> "Files":
    """What the stack of `found` would read if it were brought up now."""
    from generator.layout import COMPOSE  # noqa: PLC0415  # the generator is read only by who renders
    from generator.render import render  # noqa: PLC0415

    if found.way is Way.COMPOSE:
        return render(loaded.spec, COMPOSE)
    place = _place(state, found)
    return render(native.localised(loaded.spec, place.addresses), native.layout(place))


def _place(state: State, found: Note) -> native.Place:
    return native.Place(Path(found.spec), state, found.ports, found.addresses)


def of_files(files: "Files", folder: Path, state: State, found: Note) -> Iterator[str]:
    """A line if the files that the parts read are not the ones that the spec renders."""
    from generator.files import drift  # noqa: PLC0415

    read = folder if found.way is Way.COMPOSE else state.folder / "config"
    paths = [line.removeprefix("--- on disk/") for line in drift(files, read) if line.startswith("--- on disk/")]
    named = [path for path in paths if not path.startswith(".")]
    if named:
        yield f"the spec renders other files than those in {read}: {_some(named)}; take it: watchspec up"


def of_parts(loaded: Loaded, state: State, found: Note) -> Iterator[str]:
    """A line for each part whose files have changed since it took them."""
    if found.way is Way.COMPOSE:
        digests = composed.digests(loaded.folder, state)
    else:
        reads = native.reads(loaded.spec, _place(state, found))
        digests = {name: contents(paths) for name, paths in reads.items()}
    for name, digest in digests.items():
        if name in found.taken and digest != found.taken[name]:
            yield f"{name}: its files have changed since it took them; let it take them: watchspec up"


def of_rules(loaded: Named, generated: Named) -> Iterator[str]:
    """A line for rules that Prometheus lacks, and one for those that it has too many."""
    for what, found in (("not loaded", generated - loaded), ("loaded, and not of the spec", loaded - generated)):
        if found:
            yield f"rules {what}: {_some(sorted({name for _, name in found}))}"


def named(files: Mapping[str, str]) -> Named:
    """The rules of generated files."""
    found: Named = Counter()
    for path, text in files.items():
        if path.startswith("rules/") and path.count("/") == 1:
            for group in yaml.load(text, _LOADER)["groups"]:  # noqa: S506  # a safe one
                found.update((group["name"], rule.get("record") or rule["alert"]) for rule in group["rules"])
    return found


def _some(names: list[str]) -> str:
    more = len(names) - _MANY
    return ", ".join(names[:_MANY]) + (f" and {more} more" if more > 0 else "")
