"""Where the shipped folders lie: inside an installed wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]
_PLACES = {"ontology": "ontology", "queries": "queries", "curated": "graph_data/curated"}


def shipped(folder: Literal["ontology", "queries", "curated"]) -> Path:
    """Return the folder of that name.

    >>> (shipped("ontology") / "cellkg.ttl").is_file()
    True
    """
    installed = _PACKAGE / "_shipped" / folder
    return installed if installed.is_dir() else _CHECKOUT / _PLACES[folder]


def built() -> Path:
    """Return the folder for what is built: in the checkout, or the user's data folder for an installed cellkg."""
    if (_PACKAGE / "_shipped").is_dir():
        return Path(platformdirs.user_data_dir("cellkg", appauthor=False)) / "built"
    return _CHECKOUT / "graph_data" / "built"
