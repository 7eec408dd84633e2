"""The loader of ClinicalTrials.gov records (API v2): every field of a record, each version in a graph of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from cellkg.errors import InputError
from cellkg.lexicon import load_lexicon
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Written
from cellkg.pieces import Piece

from .cutting import cut, read_pieces
from .mapping import Mapper
from .reading import RawRecord, read_records

__all__ = ["ClinicalTrialsGovLoader"]


class ClinicalTrialsGovLoader:
    """Reads study files, pages, NDJSON, zip and gzip files of them, and folders of such.

    Without ``reads_text`` the free text of the records is not read for cell products.
    """

    name = "clinicaltrials_gov"

    def __init__(self, *, reads_text: bool = True) -> None:
        self._reads_text = reads_text

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Written]:
        """Return the quads of each record; one that cannot be read is set aside with file and place."""
        return chain.from_iterable(_quads_by_record(inputs, findings, self._reads_text))

    def pieces(self, inputs: Inputs, findings: Findings, size: int) -> Iterator[Piece]:
        """Yield files, lines of NDJSON files and members of zip files, of about ``size`` bytes or less."""
        return cut(inputs.registry, findings, size)


def _quads_by_record(inputs: Inputs, findings: Findings, reads_text: bool) -> Iterator[Iterable[Written]]:
    if inputs.registry or inputs.pieces:
        mapper = Mapper(load_lexicon(), findings, reads_text=reads_text)
        for raw in chain(read_records(inputs.registry, findings), read_pieces(inputs.pieces, findings)):
            yield _record_quads(mapper, raw, findings)


def _record_quads(mapper: Mapper, raw: RawRecord, findings: Findings) -> Iterable[Written]:
    """All quads of one record, or none: a record is whole or set aside."""
    try:
        version, quads = mapper.read(raw)
    except InputError as error:
        findings.set_aside.append(error)
        return []
    # What the registry adds when it writes a record makes no version, yet is said: both writings are one graph.
    key = hashlib.blake2b(f"{version.graph}".encode() + _added(raw), digest_size=8).digest()
    return quads if findings.is_new("registry records", key) else []


def _added(raw: RawRecord) -> bytes:
    derived = raw.study.get("derivedSection")
    return msgspec.json.encode((derived.get("miscInfoModule") if derived else None, raw.origin), order="sorted")
