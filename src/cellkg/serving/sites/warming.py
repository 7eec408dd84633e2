"""Loading what comparisons compute and draw with, before somebody asks for the first."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from importlib import import_module

from cellkg.effects.statistics import library
from cellkg.errors import UsageError

_DRAWING = ("matplotlib.figure", "matplotlib.backends.backend_svg")


@cache
def warm() -> None:
    """Begin to load the libraries in a thread, once; one that is not installed is left out."""
    threading.Thread(target=_load, daemon=True).start()


def _load() -> None:
    with suppress(UsageError):
        library()
    with suppress(ImportError):
        for name in _DRAWING:
            import_module(name)
