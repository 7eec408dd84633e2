"""A link from a wording to a term: how near, on which ground, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    """How a term stands to a wording, as SKOS says it; ``broad``: the term is wider than the wording."""

    EXACT = "skos:exactMatch"
    CLOSE = "skos:closeMatch"
    BROAD = "skos:broadMatch"
    NARROW = "skos:narrowMatch"
    RELATED = "skos:relatedMatch"


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to find a link, its justification in SEMAPV, and the confidence that its links get (0 to 1)."""

    name: str
    justification: str
    confidence: float


LEXICAL, CHAINED = "semapv:LexicalMatching", "semapv:MappingChaining"
SIMILAR, CURATED = "semapv:LexicalSimilarityThresholdMatching", "semapv:ManualMappingCuration"

CURATED_WORDING = Rule("curated", CURATED, 1.0)
LABEL = Rule("label", LEXICAL, 0.99)
SYNONYM = Rule("synonym", LEXICAL, 0.95)
HEADING = Rule("MeSH heading and its cross reference", CHAINED, 0.95)
REFERENCE = Rule("cross reference of its MeSH heading, no name in common", CHAINED, 0.6)
WORDS = Rule("same words in another order", LEXICAL, 0.9)
ABBREVIATION = Rule("abbreviation", LEXICAL, 0.7)
QUALIFIER = Rule("without stage, relapse, severity or resistance", SIMILAR, 0.9)
PEOPLE = Rule("without age group or filler", SIMILAR, 0.85)
HEAD = Rule("head of the phrase", SIMILAR, 0.7)
CONTEXT = Rule("named in the phrase", SIMILAR, 0.6)
PART = Rule("one of several named together", SIMILAR, 0.8)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a wording; ``object_id`` is a current CURIE of MONDO, HP or MeSH."""

    object_id: str
    object_label: str
    match: Match
    rule: Rule
