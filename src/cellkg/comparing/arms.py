"""What the arms of a study get by each source, how its design is described, and which studies a filter lets in."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from cellkg.errors import NotFoundError
from cellkg.gaps.asking import studies_by_condition
from cellkg.gaps.reading import read_studies
from cellkg.store import Store

from .asked import Asked
from .instruments import Within, rows
from .records import NOT_STATED, ArmGets


@dataclass(slots=True)
class Design:
    """A study as one source describes it."""

    record: str = ""
    allocation: str | None = None
    assignment: str | None = None
    masking: str | None = None
    primary_outcomes: int = 0
    arms: list[ArmGets] = field(default_factory=list)


Designs = dict[tuple[str, str], Design]
"""By the label of a study and the key of a source."""


def read_designs(store: Store, within: Within = None) -> Designs:
    """Return the design of cell studies, all or those of some IRIs, by label and the key of each source."""
    designs: dict[tuple[str, str], Design] = defaultdict(Design)
    for row in rows(store, "studies", within):
        design, value = designs[row["study"], row["source"]], row["value"]
        match row["property"]:
            case "address":
                design.record = value
            case "allocation":
                design.allocation = value
            case "assignment":
                design.assignment = value
            case "masking":
                design.masking = value
            case "primary outcomes":
                design.primary_outcomes = int(value)
    said: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(store, "arms", within):
        said[row["study"], row["source"], row["arm"]][row["facet"]].append(row["value"])
    for (study, source, _), told in said.items():
        designs[study, source].arms.append(_arm(told))
    return designs


def _arm(told: dict[str, list[str]]) -> ArmGets:
    return ArmGets(
        name=told["name"][0] if "name" in told else "",
        role=told["role"][0] if "role" in told else NOT_STATED,
        products=tuple(told.get("product", ())),
        routes=tuple(told.get("route", ())),
        donors=tuple(told.get("donor", ())),
        others=tuple(dict.fromkeys((*told.get("co-intervention", ()), *told.get("other intervention", ())))),
        comparators=tuple(told.get("comparator", ())),
    )


def read_disputed(store: Store, within: Within = None) -> set[str]:
    """Return the studies, of all or of some IRIs, whose sources name products of different classes for the same."""
    return {study.name for study in read_studies(store, "product", "endpoint", within).values() if study.disputed}


def check_known(store: Store, study: str) -> None:
    """Check that the graph has a cell study of that label.

    Raises:
        NotFoundError: it has not.
    """
    if not rows(store, "arms", study=study):
        raise NotFoundError(f"no cell study {study} in {store.where}; give a label such as NCT00000000 that was loaded")


def let_in(store: Store, asked: Asked) -> set[str] | None:
    """Return the studies that the filters of a comparison let in, or ``None`` where it has none.

    Raises:
        NotFoundError: a condition, type of cells, route or donor that the graph does not know.
    """
    kept: list[set[str]] = []
    if asked.conditions:
        kept.append(studies_by_condition(store, asked.conditions))
    facets = {"cell type": asked.cell_types, "route": asked.routes, "donor": asked.donors}
    kept += [_by_facet(store, facet, wanted) for facet, wanted in facets.items() if wanted]
    return set.intersection(*kept) if kept else None


def _by_facet(store: Store, facet: str, wanted: Iterable[str]) -> set[str]:
    found = rows(store, "cell-types", facet=facet)
    known = {row["value"].casefold(): row["value"] for row in found}
    studies: set[str] = set()
    for name in wanted:
        mine = {row["study"] for row in found if name.casefold() == row["value"].casefold() or name == row["curie"]}
        if not mine:
            near = [known[each] for each in difflib.get_close_matches(name.casefold(), known, n=3)]
            hint = f"did you mean {', '.join(near)}?" if near else "name one as `cellkg query products-per-study` does"
            raise NotFoundError(f"no study with the {facet} {name!r}; {hint}")
        studies |= mine
    return studies
