"""Citations without their authors, who are people: masked by as many signs, so that offsets stay."""

from __future__ import annotations

import re

from .masking import MASK, hidden

_INITIALS = r"[A-ZÀ-Þ](?:[.]?-?[A-ZÀ-Þ]){0,3}[.]?(?: (?:Jr|Sr|2nd|3rd|II|III)[.]?)?"
_AUTHOR = rf"[^.,:;()\[\]0-9]{{2,40}}?,? {_INITIALS}"
_GROUP = r"(?:;[^.:;]*\b(?:Group|Committee|Investigators|Subcommittee|Consortium|Society)\b[^.:;]*)?"
_LIST = rf"\s*{_AUTHOR}(?:(?:\s*[,;]\s*|\s+(?:and|&)\s+){_AUTHOR})*(?:,?\s*et al)?{_GROUP}\s*[.:]+"
# What follows must be a title: words without a comma, one of them in small letters or four of them; not more names.
_TITLE = r"\s*[\"“'\[]?(?=[^\s.,]+(?:\s+[^\s.,]+){2})(?=[^.,?]*\s[a-z]|(?:\S+\s+){4})"
_AUTHORS = re.compile(f"{_LIST}(?={_TITLE})")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?10\.[0-9]{4,9}/[^\s\"<>]+", re.IGNORECASE)


def without_authors(citation: str) -> str:
    """Return a citation with its authors masked; where no list of authors is recognised, only a DOI is left.

    >>> without_authors("Doe J, van Roe RB Jr, et al. Cells in a test. J Tests. 2010;1:2-5.")
    '•••••••••••••••••••••••••••• Cells in a test. J Tests. 2010;1:2-5.'
    >>> without_authors("Jane Doe and Richard Roe: Cells. doi: 10.1000/182")
    '•••••••••••••••••••••••••••••••••doi: 10.1000/182'
    """
    if authors := _AUTHORS.match(citation):
        return hidden(authors) + citation[authors.end() :]
    kept, end = [], 0
    for doi in _DOI.finditer(citation):
        kept += [MASK * (doi.start() - end), doi[0]]
        end = doi.end()
    return "".join(kept) + MASK * (len(citation) - end)
