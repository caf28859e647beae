"""Names that Kubernetes takes."""

import re
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from generator.kubernetes.names import key, label
from tests.support.spec_words import NAMES
from watchspec.spec import Secret

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
PATHS = st.text("abz09AZ./_- é", min_size=1, max_size=300).filter(lambda path: path.strip("./"))


@given(st.lists(NAMES, min_size=2, max_size=8, unique=True))
def test_every_name_becomes_a_label_of_its_own(names: list[str]) -> None:
    """RFC 1123: the strictest that any object asks for."""
    labels = [label("scrape", name) for name in names]
    assert all(_LABEL.fullmatch(each) for each in labels)
    assert len(set(labels)) == len(names)


def test_a_plain_name_is_kept_and_another_gets_a_hash() -> None:
    """Which does not change from run to run."""
    assert label("rules", "redis") == "watchspec-rules-redis"
    assert label("scrape", "Wéb 2") == "watchspec-scrape-w-b-2-c3f68288"
    assert label("x" * 300).startswith("watchspec-xxx")
    assert len(label("x" * 300)) == 63


@given(st.lists(PATHS, min_size=2, max_size=8, unique=True))
def test_every_path_becomes_a_key_of_its_own(paths: list[str]) -> None:
    """But for ways to write the same path."""
    keys = {key(Secret(file=path)) for path in paths}
    assert all(_KEY.fullmatch(each) and not each.startswith("..") for each in keys)
    assert len(keys) == len({str(PurePosixPath(path)) for path in paths})


def test_keys_are_what_a_person_would_write() -> None:
    """Where that is possible; a variable and a file never have the same."""
    assert key(Secret(file="secrets/smtp")) == "secrets.smtp"
    assert key(Secret(env="PGPASSWORD")) == "PGPASSWORD"
    assert re.fullmatch(r"run\.secrets\.smtp-[0-9a-f]{8}", key(Secret(file="/run/secrets/smtp")))
    assert re.fullmatch(r"PGPASSWORD-[0-9a-f]{8}", key(Secret(file="PGPASSWORD")))
    assert key(Secret(file="é")) != key(Secret(env="é"))
    assert key(Secret(file="tls/ca.pem")) != key(Secret(file="tls/ca/pem"))
