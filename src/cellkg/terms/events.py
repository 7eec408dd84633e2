"""Links of adverse-event terms: only where a label or an exact synonym is the same words in the same order.

The terms stay what their source writes. No licensed vocabulary is behind them here, and none is guessed.
"""

from __future__ import annotations

from .curation import load_curation
from .index import NameIndex, TermIndex, load_index
from .links import CURATED_WORDING, LABEL, SYNONYM, Link, Match
from .spelling import turned, words


def event_links(wording: str) -> tuple[Link, ...]:
    """Return the term of HP and the term of MONDO that have the wording as a name.

    >>> [(link.object_id, link.match.value) for link in event_links("Nausea")]
    [('HP:0002018', 'skos:exactMatch')]
    """
    index, curation = load_index(), load_curation()
    if curated := curation.of_wording(words(wording)):
        return tuple(Link(curie, index.names.current(curie).label, match, CURATED_WORDING) for curie, match in curated)
    links = (_link(index, names, wording) for names in (index.hp, index.mondo))
    return tuple(link for link in links if link and not curation.forbids_name(words(wording), link.object_id))


def _link(index: TermIndex, names: NameIndex, wording: str) -> Link | None:
    keys = (words(wording), words(turned(wording)))
    for found, rule in ((names.by_label, LABEL), (names.by_synonym, SYNONYM)):
        for key in keys:
            if len(curies := found(key)) == 1:
                return Link(curies[0], index.names.terms[curies[0]].label, Match.EXACT, rule)
    return None
