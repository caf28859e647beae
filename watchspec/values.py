"""A loaded spec as plain frozen values, and the bytes in which they go from one process to another.

A process that only reads a spec need not import what loads it, which costs twelve megabytes.
"""

import io
import pickle
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from watchspec.units import Duration, Ratio, Size


class Plain:
    """A section of the spec: its values under the names of the model `name`; equal if all values are."""

    def __init__(self, name: str, values: Mapping[str, object]) -> None:
        self.__dict__.update(values)
        self.__dict__["_name"] = name

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a spec does not change: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a spec does not change: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plain) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # a section may hold mappings

    def __repr__(self) -> str:
        return f"Plain({self.__dict__['_name']})"

    def __reduce__(self) -> tuple[type["Plain"], tuple[str, dict[str, object]]]:
        values = dict(self.__dict__)
        return Plain, (str(values.pop("_name")), values)


_ALLOWED: Final[Mapping[tuple[str, str], type]] = {
    (known.__module__, known.__qualname__): known for known in (Plain, Duration, Ratio, Size, Decimal)
}


class _Reader(pickle.Unpickler):
    """Makes nothing but the values of a spec."""

    def find_class(self, module: str, name: str) -> type:
        """One of the allowed classes; raises `UnpicklingError` for any other."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a spec") from None


def written(value: object) -> bytes:
    """`value` as bytes for `read`."""
    return pickle.dumps(value, protocol=5)


def read(data: bytes) -> object:
    """What was `written`; raises `pickle.UnpicklingError` if the bytes would make anything but values of a spec."""
    return _Reader(io.BytesIO(data)).load()
