"""What `up` remembers for the verbs after it."""

from pathlib import Path

from watchspec.stack import note
from watchspec.stack.note import Note
from watchspec.stack.plan import Way


def test_a_note_is_read_as_it_was_written_until_it_is_removed(tmp_path: Path) -> None:
    """Every field."""
    state = note.state_of(tmp_path)
    assert note.read(state) is None
    written = Note(Way.NATIVE, "/a.yml", True, {"a:1": "b:2"}, {"exporter": 1}, {"exporter": "d"})
    note.write(state, written)
    assert note.read(state) == written
    assert [path.name for path in state.folder.iterdir()] == ["way.json"]
    note.remove(state)
    assert note.read(state) is None


def test_a_note_of_an_older_version_is_understood(tmp_path: Path) -> None:
    """It had the way alone; of a newer one, what is known is taken."""
    state = note.state_of(tmp_path)
    (state.below() / "way.json").write_text('{"way": "COMPOSE", "later": 1}')
    assert note.read(state) == Note(Way.COMPOSE)
