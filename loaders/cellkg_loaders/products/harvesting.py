"""Donors that only the taking of cells tells: from the patient's own tissue, or from donors of cord blood."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .contexts import is_background, is_hypothetical
from .readings import Fact
from .regimens import Regimen
from .study import Record

_TAKEN = re.compile(
    r"\b(?:patients?|participants?|subjects?)\b[^.;]{0,160}?\b(?:mobili[sz]\w*|leu[ck]apheres\w*|apheres\w*|"
    r"harvest\w*|collect\w*)"
    r"[^.;]{0,80}?\b(?:stem cells?|PBSCs?|PBPCs?|progenitor|marrow)\b"
    r"|\b(?:patients?|participants?|subjects?)\b[^.;]{0,180}?\b(?:stem[-\s]cell|PBSC|PBPC|marrow)s?\b[^.;]{0,60}?"
    r"\b(?:mobili[sz]\w*|leu[ck]apheres\w*|apheres\w*|harvest\w*|collect\w*)"
    r"|\b(?:stem[-\s]cell|PBSC|PBPC|progenitor[-\s]cell)s?\s+(?:collections?|harvest|mobili[sz]ation|aphereses|apheresis)\b"
    r"|\bmobili[sz]\w+ (?:chemo)?therapy\b",
    re.IGNORECASE,
)
_CORD_DONOR = re.compile(
    r"\b(?:cord blood|ucb|graft|suitable|available|matched)\s+(?:unit\s+)?donors?\b|\bdonor cord blood", re.IGNORECASE
)
_FRESH = ("bone marrow mononuclear cells", "SVF", "other")
_GIVEN_BY_OTHERS = "donor|allogen|volunteer|third-party|third party|off-the-shelf|bank"
_OF_DONORS = re.compile(r"\bdonors?\b|\bvolunteers?\b|\ballogen", re.IGNORECASE)


def own_harvest(record: Record, regimen: Regimen, known: set[str]) -> Iterator[Fact]:
    """Yield the patient as donor of cells that are only separated, where their tissue is aspirated in the protocol."""
    if regimen.product_class == "HSC graft":
        yield from _mobilised(record)
    cultured = regimen.product_class == "MSC" and not record.whole.has(_GIVEN_BY_OTHERS)
    if regimen.product_class not in _FRESH and not cultured:
        return
    for passage in (*regimen.own(), *record.summary, *record.description):
        for sentence in passage.sentences:
            if is_background(sentence) or _OF_DONORS.search(sentence.text):
                continue
            for m in sentence.of("tissues"):
                if m.entry["harvest"] and m.entry["tissue"] in known:
                    yield Fact(
                        value="autologous",
                        spots=(passage.spot(m.start, m.end),),
                        rule="tissue is taken from the patient",
                        confidence=0.5,
                        kind="derived",
                    )


def _mobilised(record: Record) -> Iterator[Fact]:
    """Yield the patient as donor of a graft that the outline takes from patients, in a record that knows no donors."""
    if record.whole.has("donor|allogen|syngen|sibling"):
        return
    for passage in (*(p for arm in record.arms for p in arm.passages), *record.description, *record.summary):
        for sentence in passage.sentences:
            match = _TAKEN.search(sentence.text)
            if match and not is_background(sentence) and not is_hypothetical(sentence):
                spot = passage.spot(sentence.start + match.start(), sentence.start + match.end())
                yield Fact(
                    value="autologous",
                    spots=(spot,),
                    rule="graft is taken from the patient",
                    confidence=0.5,
                    kind="derived",
                )


def donor_of_cord(record: Record) -> Iterator[Fact]:
    """Yield others as donors of cord blood, where a record knows donors and nothing of the patient's own."""
    for passage in (*record.description, *record.summary, *record.eligibility):
        for match in _CORD_DONOR.finditer(passage.text):
            spot = passage.spot(*match.span())
            yield Fact(value="allogeneic", spots=(spot,), rule="donor of cord blood", confidence=0.6, kind="derived")
