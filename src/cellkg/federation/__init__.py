"""Asks public endpoints ready questions about what the graph holds, and keeps their rows beside the builds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pyoxigraph as ox

from cellkg.errors import DataError
from cellkg.kept import kept_folder
from cellkg.patience import Patience
from cellkg.store import Store

from .asking import Asker, query_hash
from .keeping import Account, Row, Sifted, Term, sift, without_people, write_kept
from .plan import ASKED, Endpoint, Ready, endpoints, find_ready, ready_questions

__all__ = ["ASKED", "Endpoint", "Federated", "Ready", "endpoints", "federate", "find_ready", "ready_questions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Federated:
    """What came of a ready question."""

    file: Path
    changed: bool
    asked: int
    received: int
    rows: list[Row]
    dropped: Counter[str]


def federate(
    ready: Ready,
    store: Store,
    home: Path,
    cache: Path,
    *,
    mirror: str | None = None,
    fresh: bool = False,
    patience: Patience | None = None,
    tell: Callable[[str], None] = lambda note: None,
) -> Federated:
    """Ask the endpoint of a ready question about what ``store`` holds, and keep the rows beside the builds of ``home``.

    Terms go in batches of ``VALUES``; answers come from the cache for a week, unless ``fresh``. ``mirror`` is another
    address of the same data. Rows that were not asked for, or that are not of the kinds the question expects, are
    dropped and counted. Asked again, with the same answers, nothing changes.

    Raises:
        DataError: the graph has nothing to ask about.
        NetworkError: the endpoint failed; what was kept before stays, and answered batches are in the cache.
    """
    endpoint = msgspec.structs.replace(ready.endpoint, url=mirror) if mirror else ready.endpoint
    age = timedelta(0) if fresh else timedelta(days=7)
    asker = Asker(endpoint, cache / "federated", patience=patience, age=age, tell=tell)
    subjects = _subjects(ready, store)
    sifted, retrieved, queries = Sifted(), [], []
    for batch, sparql in ready.batches(subjects):
        reply = asker.ask(sparql)
        sift(ready, batch, reply.rows(), sifted)
        retrieved.append(reply.retrieved)
        queries.append(sparql)
    without_people(ready, sifted)
    account = Account(
        endpoint=endpoint.url,
        retrieved=max(retrieved),
        query=query_hash(endpoint.url, *queries),
        asked=len(subjects),
    )
    file = kept_folder(home) / f"{ready.name}.nq"
    return Federated(
        file=file,
        changed=write_kept(file, ready, sifted, subjects, account),
        asked=len(subjects),
        received=sifted.received,
        rows=sifted.rows,
        dropped=sifted.dropped,
    )


def _subjects(ready: Ready, store: Store) -> dict[Term, set[Term]]:
    """Return what to ask about, each with the things of the graph that it stands for."""
    answer = store.query(ready.header.about)
    assert isinstance(answer, ox.QuerySolutions)
    found: dict[Term, set[Term]] = defaultdict(set)
    for row in answer:
        asked, subject = row[ASKED], row["subject"]
        if isinstance(asked, ox.NamedNode | ox.Literal) and isinstance(subject, ox.NamedNode):
            found[ox.Literal(asked.value) if isinstance(asked, ox.Literal) else asked].add(subject)
    if not found:
        raise DataError(f"{store.where} has nothing that {ready.name} could ask about; build it with more sources")
    return dict(found)
