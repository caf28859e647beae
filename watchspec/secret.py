"""Reading secrets at the edge, at the moment they are needed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from watchspec.errors import SecretUnreadable

if TYPE_CHECKING:  # the exporter reads secrets without what loads a spec
    from watchspec.spec import Secret


def read(secret: "Secret", folder: Path) -> str:
    """The secret's text without its last newline; raise `SecretUnreadable`, which names the place, not the content.

    A relative file is taken from `folder`, the folder of the spec.
    """
    if secret.env is not None:
        text = os.environ.get(secret.env)
        if text is None:
            raise SecretUnreadable(f"the environment variable {secret.env} is not set; the spec takes a secret from it")
        return text
    path = folder / str(secret.file)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SecretUnreadable(f"{path}: cannot read this secret: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SecretUnreadable(f"{path}: this secret is not UTF-8 text") from None
    return text.removesuffix("\n").removesuffix("\r")
