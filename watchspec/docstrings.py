"""The sentences below the fields of the models, read from their source when somebody asks for them.

pydantic can read them when a class is made, but that costs every run of every verb a tenth of a second.
"""

import ast
import inspect
import textwrap
from itertools import pairwise

from pydantic import BaseModel


def of(model: type[BaseModel]) -> dict[str, str]:
    """Field → its docstring, those of base classes included; fields without one are left out."""
    found: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if issubclass(part, BaseModel) and part is not BaseModel:
            found |= _own(part)
    return found


def _own(model: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(tree, ast.ClassDef)  # noqa: S101  # the source of a class is one
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(tree.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
