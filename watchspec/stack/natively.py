"""Run a native stack, or let the one that runs take a changed spec: all of it, or nothing."""

from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import TextIO

from watchspec.errors import WatchspecError
from watchspec.stack import channels, demo, native, note, process, secrets
from watchspec.stack.job import Job, Outcome
from watchspec.stack.note import Note
from watchspec.stack.plan import Machine, Way, missing
from watchspec.stack.process import Program, contents
from watchspec.stack.reload import RELOADING, reload
from watchspec.stack.saved import Saved
from watchspec.stack.state import State


def bring_up(job: Job, found: Machine, stderr: TextIO) -> Outcome:
    """Start what does not run, let what runs take the spec; raise `WatchspecError`, and all is as it was before."""
    from generator import files  # noqa: PLC0415  # the generator is read only by who renders

    state, before = job.state, job.state.alive()
    earlier = note.read(state)
    asked: list[Program] = []
    with ExitStack() as undo:  # from the last line to the first
        undo.callback(_reload_again, asked, state)
        undo.callback(process.restore, before, state)
        if found.prometheus and found.alertmanager:
            channels.require(job.loaded.spec, found.alertmanager)
        place, notes, shown = _place(job)
        for saved in (Saved.of(job.folder), Saved.of(place.config)):
            undo.callback(saved.put_back)
        files.write(job.rendered, job.folder)
        native.configure(job.loaded.spec, place)
        wanted = [*shown, *_programs(job, place, found, stderr)]
        outcome = _change(wanted, state, earlier, asked)
        undo.pop_all()
    native.forget(job.loaded.spec, state)
    taken = {program.name: contents(program.reads) for program in wanted if program.reload}
    request = job.request
    way = Way.NATIVE if found.prometheus and found.alertmanager else Way.EXPORTER
    note.write(state, Note(way, str(place.spec_file), request.demo, place.addresses, dict(request.ports), taken))
    lacks = [text for text in (missing(found),) if text]
    return Outcome(*outcome, notes=(*lacks, *notes), again=bool(before))


def _place(job: Job) -> tuple[native.Place, list[str], list[Program]]:
    """Where the stack runs, what its demo lacks, and the programs of the demo."""
    request, ports = job.request, job.request.ports
    shown: list[Program] = []
    if request.demo:
        secrets.create(job.folder / "secrets", f"http://{native.LOOPBACK}:{ports['mailbox']}/slack")
        shown = demo.programs(job.folder, job.state, ports)
    addresses = demo.addresses(shown, ports) if request.demo else {}
    place = native.Place(request.spec_file.resolve(), job.state, ports, addresses)
    return place, demo.missing(shown) if request.demo else [], shown


def _programs(job: Job, place: native.Place, found: Machine, stderr: TextIO) -> list[Program]:
    """The exporter, and both servers where this machine has them."""
    spec = job.loaded.spec
    wanted = [native.exporter(spec, place)]
    if found.prometheus and found.alertmanager:
        secrets.require(spec, native.environment(job.state), f"{note.STATE_FOLDER}/{secrets.ENVIRONMENT}")
        _warn(secrets.missing(spec, job.folder), stderr)
        _warn(channels.doubtful(spec, job.folder, found.alertmanager), stderr)
        wanted.append(native.alertmanager(spec, place, found.alertmanager))
        wanted.append(native.prometheus(spec, place, found.prometheus))
    return wanted


def _change(
    wanted: list[Program], state: State, earlier: Note | None, asked: list[Program]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Reload and start; the names of what was started, reloaded and left alone. `asked` gets who must go back."""
    names = {program.name for program in wanted}
    for record in state.records():
        if record.name not in names:
            process.end(state, record.name)
    taken = earlier.taken if earlier else {}
    changed = [
        program
        for program in sorted(wanted, key=_turn)
        if program.reload and process.is_current(program, state) and contents(program.reads) != taken.get(program.name)
    ]
    # The exporter reads the user's own file, which nobody puts back: it is asked when nothing else can fail.
    last = [program for program in changed if program.name == "exporter"]
    for program in changed:
        if program not in last:
            asked.append(program)
            _reload(program, state)
    started = process.bring_up(wanted, state)
    for program in last:
        _reload(program, state)
    reloaded = [program.name for program in changed]
    rest = [program.name for program in wanted if program.name not in {*started, *reloaded}]
    return tuple(started), tuple(reloaded), tuple(rest)


def _turn(program: Program) -> int:
    return list(RELOADING).index(program.name) if program.name in RELOADING else -1


def _reload(program: Program, state: State) -> None:
    path = state.log(program.name)
    begin = path.stat().st_size if path.exists() else 0

    def log() -> str:
        return path.read_bytes()[begin:].decode(errors="replace")

    reload(program.name, f"http://{native.LOOPBACK}:{program.port}", log)


def _reload_again(programs: Iterable[Program], state: State) -> None:
    """The files are the old ones again."""
    for program in programs:
        with suppress(WatchspecError):  # what went wrong at first is what the user hears
            _reload(program, state)


def end(state: State) -> list[str]:
    """End all processes; the names of what was running."""
    ended = [record.name for record in state.records() if process.end(state, record.name)]
    demo.clean(state)
    return ended


def _warn(warnings: Iterable[str], stderr: TextIO) -> None:
    for warning in warnings:
        print(warning, file=stderr)
