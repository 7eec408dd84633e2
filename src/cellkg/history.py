"""What changed between the held versions of a registry record, dated against the course of the study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pyoxigraph as ox

from cellkg.answers import Cell, Table
from cellkg.catalogue import Column
from cellkg.errors import NotFoundError, UsageError
from cellkg.identifiers import mint
from cellkg.store import Store

_COLUMNS = (
    Column(name="version", type="date"),
    Column(name="previous", type="date"),
    Column(name="field", type="string"),
    Column(name="before", type="string"),
    Column(name="after", type="string"),
    Column(name="when", type="string"),
)

_QUERY = """
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?graph ?version ?field ?value WHERE {{
  GRAPH ?graph {{ ?graph cellkg:versionOf <{study}> ; cellkg:versionDate ?version }}
  {{
    VALUES (?field ?property) {{
      ("status" cellkg:status) ("enrolment" cellkg:enrolment) ("enrolment kind" cellkg:enrolmentKind)
      ("start" cellkg:startDate) ("primary completion" cellkg:primaryCompletionDate)
      ("completion" cellkg:completionDate) ("first posted" cellkg:firstPosted)
      ("results first posted" cellkg:resultsFirstPosted)
    }}
    GRAPH ?graph {{ <{study}> ?property ?said }}
  }} UNION {{
    GRAPH ?graph {{
      <{study}> cellkg:hasOutcomeMeasure ?measure .
      ?measure cellkg:rank cellkg:RankPrimary ; cellkg:measureTitle ?title .
    }}
    OPTIONAL {{ GRAPH ?graph {{ ?measure cellkg:timeFrame ?frame }} }}
    BIND ("primary outcome" AS ?field)
    BIND (CONCAT(?title, IF(BOUND(?frame), CONCAT(" [", ?frame, "]"), "")) AS ?said)
  }}
  OPTIONAL {{ ?said skos:prefLabel ?label }}
  BIND (COALESCE(?label, STR(?said)) AS ?value)
}}
ORDER BY ?version ?graph ?field ?value
"""


@dataclass(slots=True)
class Held:
    """A version that the graph holds: its graph, its day, and what it says of the fields that are followed."""

    graph: str
    day: str
    said: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def one(self, name: str) -> str | None:
        """Return the single value of a field, or ``None``."""
        return min(self.said[name], default=None)


@dataclass(frozen=True, slots=True)
class History:
    """The changes between held versions, and whether earlier versions are not held."""

    table: Table
    versions: list[str]
    earlier_not_held: bool


def history(store: Store, registry_id: str) -> History:
    """Return what changed in a registry record from one held version to the next.

    A change is dated against the study as the later version tells it: before its start, after it, after primary
    completion, or after results were posted. A change before the start is no switching of outcomes.

    Raises:
        UsageError: what is asked for is no registry id.
        NotFoundError: no version of the record is held.
    """
    if not (registry_id.startswith("NCT") and registry_id[3:].isdigit() and len(registry_id) == 11):
        raise UsageError(f"{registry_id!r} is no registry id; write NCT and eight digits")
    held = held_of(store, registry_id)
    if not held:
        raise NotFoundError(f"no record of {registry_id} is held; build with --registry")
    rows = [row for earlier, later in pairwise(held) for row in _changes(earlier, later)]
    first_posted = held[0].one("first posted")
    return History(Table(_COLUMNS, rows), [each.day for each in held], first_posted != held[0].day)


def held_of(store: Store, registry_id: str) -> list[Held]:
    """Return the versions of a record that the graph holds, from the earliest to the latest."""
    answer = store.query(_QUERY.format(study=mint(registry_id)))
    assert isinstance(answer, ox.QuerySolutions)
    found: dict[str, Held] = {}
    for row in answer:
        version = found.setdefault(row["graph"].value, Held(row["graph"].value, row["version"].value))
        version.said[row["field"].value].add(row["value"].value)
    return sorted(found.values(), key=lambda each: each.day)


def _changes(earlier: Held, later: Held) -> Iterator[tuple[Cell, ...]]:
    when = _when(later)
    for name in sorted(earlier.said.keys() | later.said.keys()):
        before, after = earlier.said[name], later.said[name]
        if name == "primary outcome":
            yield from ((later.day, earlier.day, name, gone, None, when) for gone in sorted(before - after))
            yield from ((later.day, earlier.day, name, None, new, when) for new in sorted(after - before))
        elif before != after:
            yield later.day, earlier.day, name, earlier.one(name), later.one(name), when


def _when(version: Held) -> str:
    stages = (
        ("results first posted", "after results were posted"),
        ("primary completion", "after primary completion"),
        ("start", "after the start"),
    )
    for name, words in stages:
        day = version.one(name)
        # A month without a day has passed when the month has.
        if day is not None and version.day > f"{day}-31"[:10]:
            return words
    return "before the start" if version.one("start") else "start not stated"
