"""Loading what comparisons compute and draw with, before somebody asks for the first."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from importlib import import_module

_LIBRARIES = (
    "scipy.stats",
    "statsmodels.stats.proportion",
    "statsmodels.stats.meta_analysis",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
)


@cache
def warm() -> None:
    """Begin to load the libraries in a thread, once; one that is not installed is left out."""
    threading.Thread(target=_load, daemon=True).start()


def _load() -> None:
    for name in _LIBRARIES:
        with suppress(ImportError):
            import_module(name)
