"""Where the shipped folders lie: inside an installed wheel, or at the top of a checkout."""

from __future__ import annotations

import hashlib
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
    return _user_data() / "built" if is_installed() else _CHECKOUT / "graph_data" / "built"


def slices() -> Path:
    """Return the folder of the foreign slices in use: those that were updated here, or else the shipped ones."""
    updated = updated_slices()
    return updated if updated.is_dir() else shipped("ontology") / "imports"


def updated_slices() -> Path:
    """Return the folder where updated slices go: in the checkout, or the user's data folder for an installed cellkg.

    An installed cellkg with another list of terms has another folder: slices that lack its terms are not for it.
    """
    if not is_installed():
        return _CHECKOUT / "ontology" / "imports"
    terms = (shipped("ontology") / "imports" / "terms.tsv").read_bytes()
    return _user_data() / "ontology" / hashlib.sha256(terms).hexdigest()[:12] / "imports"


def is_installed() -> bool:
    """Tell an installed wheel from a checkout."""
    return (_PACKAGE / "_shipped").is_dir()


def _user_data() -> Path:
    return Path(platformdirs.user_data_dir("cellkg", appauthor=False))
