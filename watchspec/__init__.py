"""Watchspec: one YAML file in, a working Prometheus stack out."""

from typing import Final

__version__: Final = "0.1.0"
