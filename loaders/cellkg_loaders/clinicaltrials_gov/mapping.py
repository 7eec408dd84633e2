"""From a raw record to quads: it is walked once, by the plan of ``fields.tsv``, and read once for its cell products."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any, cast

from rdflib import RDF

from cellkg.errors import InputError
from cellkg.lexicon import Lexicon
from cellkg.loading import Findings
from cellkg.ntriples import Statement, Written
from cellkg.vocabulary import CELLKG as C
from cellkg_loaders.products import read_products
from cellkg_loaders.products.statements import reading_statements

from .attributions import AttributionReader
from .compiling import compiled
from .errors import MisfitError
from .fields import load_plan
from .links import arm_links
from .outcomes import graph_words, outcome_readings
from .people import People
from .reading import RawRecord
from .version import Version, version_of, version_quads
from .walk import Triple, Walk

_NEXT_STEP = "the record is set aside; fetch it again or mend it"


class Mapper:
    """Turns records into quads; unknown fields are counted in the findings."""

    def __init__(self, lexicon: Lexicon, findings: Findings, *, reads_text: bool = True) -> None:
        self._lexicon, self._findings, self._reads_text = lexicon, findings, reads_text
        self._step = compiled(load_plan(), lexicon)
        self._words = graph_words(lexicon)
        self._attributions = AttributionReader(lexicon)

    def read(self, raw: RawRecord) -> tuple[Version, Iterator[Written]]:
        """Return the version of a record and every quad of it, in the graph of that version.

        Raises:
            InputError: a value of a type that its field cannot have, with its place.
        """
        try:
            version = version_of(raw.study, raw.origin)
            return version, self._quads(version, self._walked(raw.study, version))
        except MisfitError as misfit:
            found = People(raw.study).hidden_in(misfit.found)
            raise InputError(raw.file, f"{raw.place}{misfit.pointer}", found, _NEXT_STEP) from None
        except RecursionError:
            raise InputError(raw.file, raw.place, "nested too deeply", _NEXT_STEP) from None

    def _walked(self, study: dict[str, Any], version: Version) -> list[Triple]:
        people = People(study)
        walk = Walk(version.nct_id, people, people.cleaner(version.canonical), self._findings.counts)
        walk.say((walk.study, RDF.type, C.Study))
        self._step(walk, study, walk.study, walk.base)
        walk.made.extend(arm_links(study, walk.base))
        if self._reads_text:
            walk.made.extend(self._read_out(study, walk))
            walk.made.extend(outcome_readings(study, walk, self._words))
            walk.made.extend(self._attributions.readings(study, walk))
        if _ends_before_it_starts(study):
            self._findings.counts["registry records that end before they start"] += 1
        return walk.made

    def _read_out(self, study: dict[str, Any], walk: Walk) -> Iterator[Statement]:
        """Yield the cell products that the free text of a record names."""
        reading = read_products(study)
        self._findings.counts["cell products read from text"] += len(reading.administrations)
        return reading_statements(reading, walk.study, walk.base, self._lexicon, walk.text)

    def _quads(self, version: Version, triples: list[Triple]) -> Iterator[Written]:
        whole = map(tuple.__add__, triples, repeat((version.graph,)))
        return chain(version_quads(version, self._lexicon), cast(Iterator[Written], whole))


def _ends_before_it_starts(study: dict[str, Any]) -> bool:
    status = study["protocolSection"].get("statusModule") or {}
    start, end = ((status.get(key) or {}).get("date") or "" for key in ("startDateStruct", "completionDateStruct"))
    length = min(len(start), len(end))
    return bool(start[:length] > end[:length])
