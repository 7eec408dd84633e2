"""The search index of a build: words, facets with counts, spelling; written from the graph and swapped in with it."""

from .asking import Asked, Choice, Found, Hit, StudyHit, TermHit, search
from .facets import FACETS, NOT_STATED, Facet
from .index import Index, open_index, read_sources
from .words_of import label_of
from .writing import INDEX, refresh_index, studies_with, write_index

__all__ = [
    "FACETS",
    "INDEX",
    "NOT_STATED",
    "Asked",
    "Choice",
    "Facet",
    "Found",
    "Hit",
    "Index",
    "StudyHit",
    "TermHit",
    "label_of",
    "open_index",
    "read_sources",
    "refresh_index",
    "search",
    "studies_with",
    "write_index",
]
