"""A store for the server's own pages: its queries go to the worker that is kept for them."""

from __future__ import annotations

from pathlib import Path

from anyio import from_thread

from cellkg.errors import DataError
from cellkg.protocol import Answer, parse_answer

from .builds import ServedBuild
from .outcomes import raise_failure
from .site import Site
from .tasks import Outcome, Task

_BASE = "https://w3id.org/cellkg/"
_ROWS, _TRIPLES, _TURTLE = "application/sparql-results+json", "application/n-triples", "text/turtle"


class PageStore:
    """A build that is in use, as a store; its methods are for threads that ``anyio.to_thread`` started."""

    def __init__(self, site: Site, build: ServedBuild) -> None:
        self._site, self._build = site, build
        self.where, self.build = build.name, build.folder

    def query(self, sparql: str) -> Answer:
        """Return the answer of the worker.

        Raises:
            Refusal: the worker was not free in time, or the query ran into a limit.
            DataError: the query failed.
        """
        with self._site.spool.file() as path:
            outcome = self._run(sparql, path, _TRIPLES)
            return _parsed(path, outcome, self.where)

    def turtle(self, sparql: str) -> bytes:
        """Return the triples of a CONSTRUCT query as Turtle; raises as ``query`` does."""
        with self._site.spool.file() as path:
            self._run(sparql, path, _TURTLE, in_order=True)
            return path.read_bytes()

    def _run(self, sparql: str, path: Path, triples_as: str, *, in_order: bool = False) -> Outcome:
        task = Task(query=sparql, base=_BASE, spool=str(path), rows_as=_ROWS, triples_as=triples_as, in_order=in_order)
        outcome: Outcome = from_thread.run(self._build.pages.run, task)
        if outcome.kind == "failed":
            raise DataError(f"the query failed: {outcome.message}")
        raise_failure(outcome, self._site.limits)
        return outcome


def _parsed(path: Path, outcome: Outcome, where: str) -> Answer:
    return parse_answer(path.read_bytes(), _TRIPLES if outcome.kind == "triples" else _ROWS, where)
