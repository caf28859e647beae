"""`watchspec up` and `watchspec down`: generate, choose a way, run, say where everything is."""

from pathlib import Path
from typing import TextIO, assert_never

from watchspec.check import checked
from watchspec.stack import compose, composed, distribution, machine, natively, note, report
from watchspec.stack.job import Job, Outcome, Request
from watchspec.stack.plan import Machine, Way, Wish, decide


def up(request: Request, stdout: TextIO, stderr: TextIO) -> None:
    """Run the stack of a spec and print where it is; raise `WatchspecError`, and then all is as it was before."""
    way, outcome = take(request, stdout, stderr)
    if outcome.again:
        print(outcome.line(), file=stdout)
    ports = {**request.ports, **outcome.ports}
    said = report.text(way, ports, outcome.notes, request.program, demo=request.demo, secure=outcome.secure)
    print(said, file=stdout)


def take(request: Request, stdout: TextIO, stderr: TextIO, *, watching: bool = False) -> tuple[Way, Outcome]:
    """Check the spec, then start what does not run, and let what runs take it; raises `WatchspecError`.

    Who is `watching` changes the spec alone: images are not built again, and the way is known.
    """
    from generator.render import render  # noqa: PLC0415  # the generator is read only by who renders

    text = request.spec_file.read_text(encoding="utf-8") if request.spec_file.is_file() else ""
    loaded = checked(request.spec_file)
    for warning in loaded.warnings:
        print(warning, file=stderr)
    job = Job(request, loaded, text, render(loaded.spec), note.state_of(loaded.folder))
    found = machine.look(loaded.folder)
    way = decide(found, request.wish)
    if way is Way.INSTALL:
        way, found = _install(request, loaded.folder, stderr)
    if not watching:
        print(f"running {way.value}", file=stdout, flush=True)
    with job.state.locked():
        match way:
            case Way.COMPOSE:
                natively.end(job.state)
                return way, composed.bring_up(job, stderr, build=not watching)
            case Way.NATIVE | Way.EXPORTER | Way.INSTALL:
                if _runs_in_containers(job.folder):
                    compose.take_down(job.folder, stderr)
                return way, natively.bring_up(job, found, stderr)
            case _:
                assert_never(way)


def _install(request: Request, folder: Path, stderr: TextIO) -> tuple[Way, Machine]:
    packages = [name for name in distribution.lacking() if name.startswith("prometheus")]
    print(f"installing from the distribution, without starting services: {' '.join(packages)}", file=stderr, flush=True)
    distribution.install(packages)
    found = machine.look(folder)
    return decide(found, Wish(request.wish.way, install=False)), found


def down(folder: Path, stdout: TextIO, stderr: TextIO) -> None:
    """End what `up` started for the spec in `folder`; data and secrets stay."""
    state = note.state_of(folder)
    if not state.folder.exists():
        print("nothing was running", file=stdout)
        return
    with state.locked():
        if _runs_in_containers(folder):
            compose.take_down(folder, stderr)
            ended = ["the containers"]
        else:
            ended = natively.end(state)
        note.remove(state)
    print(f"ended: {', '.join(ended)}" if ended else "nothing was running", file=stdout)


def _runs_in_containers(folder: Path) -> bool:
    found = note.read(note.state_of(folder))
    return found is not None and found.way is Way.COMPOSE
