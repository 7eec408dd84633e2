"""The loader of ClinicalTrials.gov records (API v2): every field of a record, each version in a graph of its own."""

from __future__ import annotations

from collections.abc import Iterator

from cellkg.errors import InputError
from cellkg.lexicon import load_lexicon
from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad

from .fields import load_fields
from .mapping import Mapper
from .reading import RawRecord, read_records
from .version import version_of

__all__ = ["ClinicalTrialsGovLoader"]


class ClinicalTrialsGovLoader:
    """Reads study files, pages, NDJSON, zip and gzip files of them, and folders of such."""

    name = "clinicaltrials_gov"

    def quads(self, inputs: Inputs, findings: Findings) -> Iterator[Quad]:
        """Yield the quads of each record; one that cannot be read is set aside with file and place."""
        mapper = Mapper(load_fields(), load_lexicon(), findings)
        seen: set[str] = set()
        for raw in read_records(inputs.registry, findings):
            yield from _record_quads(mapper, raw, seen, findings)


def _record_quads(mapper: Mapper, raw: RawRecord, seen: set[str], findings: Findings) -> list[Quad]:
    """All quads of one record, or none: a record is whole or set aside."""
    try:
        version = version_of(raw)
        if version.graph in seen:
            findings.counts["registry records read twice"] += 1
            return []
        quads = list(mapper.quads(raw, version))
    except InputError as error:
        findings.set_aside.append(error)
        return []
    seen.add(version.graph)
    findings.counts["registry records"] += 1
    return quads
