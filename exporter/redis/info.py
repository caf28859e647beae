"""The answer to Redis's INFO: lines of `field:value` under `# Section` headings."""

from collections.abc import Iterator


def parse(text: str) -> dict[str, str]:
    """Fields in the server's order; of a field that comes twice the first stays."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        field, colon, value = line.partition(":")
        if colon and field[:1] != "#":
            found.setdefault(field, value.rstrip("\r"))
    return found


def pairs(value: str) -> dict[str, str]:
    """`keys=1,expires=0` → a mapping; what is not `key=value` is left out."""
    return {key: rest for key, equals, rest in (part.partition("=") for part in value.split(",")) if equals}


def starting(info: dict[str, str], prefix: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Fields such as `cmdstat_get:calls=1,usec=2`: what follows `prefix` in the name, and the pairs."""
    for field, value in info.items():
        if field.startswith(prefix):
            yield field[len(prefix) :], pairs(value)


def number(text: str) -> float | None:
    """A number, a percentage as the number before the sign, or the truth of a status word; `None` for other text."""
    match text:
        case "ok" | "up" | "yes":
            return 1
        case "err" | "down" | "fail" | "no":
            return 0
        case _:
            return _number(text)


def _number(text: str) -> float | None:
    try:
        return int(text) if text.isdecimal() else float(text.removesuffix("%"))
    except ValueError:
        return None
