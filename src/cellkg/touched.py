"""What an update changed: the nodes whose derived rows (search index, summaries) have to be made anew."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Touched:
    """IRIs of studies, of sources, of terms with a new label or wider term, and of terms that words lead to now."""

    studies: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
