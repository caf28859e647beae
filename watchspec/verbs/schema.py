"""Print the JSON Schema of the spec, for editors."""

import argparse
import json
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """It takes no arguments."""


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the schema as indented JSON."""
    from watchspec.schema import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False), file=stdout)
    return 0
