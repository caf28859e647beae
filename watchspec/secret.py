"""Reading secrets at the edge, at the moment they are needed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchspec.errors import SecretUnreadable

if TYPE_CHECKING:  # the exporter reads secrets without what loads a spec
    from watchspec.spec import Secret

_CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
"""The variable that names a folder with a file for each secret: systemd sets it for `LoadCredential=`, our compose
file for the folder that its container `secrets` fills. https://systemd.io/CREDENTIALS/"""


def read(secret: "Secret", folder: Path) -> str:
    """The secret's text without its last newline; raise `SecretUnreadable`, which names the place, not the content.

    A relative file is taken from `folder`, the folder of the spec. A variable that is not set may be a file of its name
    in the folder that `CREDENTIALS_DIRECTORY` names.
    """
    if secret.env is None:
        return _text(folder / str(secret.file))
    if (text := os.environ.get(secret.env)) is not None:
        return text
    credential = Path(os.environ.get(_CREDENTIALS, "")) / secret.env
    if _CREDENTIALS in os.environ and credential.is_file():
        return _text(credential)
    raise SecretUnreadable(f"the environment variable {secret.env} is not set; the spec takes a secret from it")


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SecretUnreadable(f"{path}: cannot read this secret: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SecretUnreadable(f"{path}: this secret is not UTF-8 text") from None
    return text.removesuffix("\n").removesuffix("\r")
