"""Fetches the records of a ClinicalTrials.gov search, without people; an interrupted run can be gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from cellkg.errors import CellkgError, NetworkError
from cellkg.patience import Patience

from .journal import Journal, Taken, open_journal
from .registry import ExpiredTokenError, Page, Registry, open_registry
from .search import REGISTRY, Search, new_search
from .writing import aliases, registry_id, sweep, write_record, write_search

__all__ = ["REGISTRY", "Fetched", "Patience", "Search", "Step", "fetch", "new_search"]

_MOST_RESTARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a search is: records so far, of how many, and what it waits for, if it does."""

    records: int
    total: int | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of a search, and the file that tells it."""

    account: Path
    records: int
    written: int
    unnamed: int
    missing: int
    """Records that the registry reported and did not send."""
    not_found: list[str]
    resumed: bool


def fetch(
    search: Search,
    folder: Path,
    cache: Path,
    *,
    patience: Patience | None = None,
    tell: Callable[[Step], None] = lambda step: None,
) -> Fetched:
    """Write each record of a search to a file of its own in ``folder``, and an account of the search beside them.

    People are taken out before anything is written. The same search again goes on where it was interrupted, or looks
    for what is new; a record that did not change is left alone.

    Raises:
        UsageError: the registry refuses the query.
        NetworkError: the registry failed; what was fetched so far stays.
    """
    with _held(folder), open_journal(folder, search) as journal:

        def note(text: str = "") -> None:
            tell(Step(records=len(journal.found), total=_expected(journal), note=text))

        with open_registry(search.server, cache, patience or Patience()) as registry:
            registry.tell = note
            try:
                for page in _pages(registry, journal):
                    source = registry.address(search.parts()[journal.part])
                    journal.take(_write_page(folder, page, journal, source))
                    note()
            except NetworkError as error:
                raise NetworkError(f"{error}; {_so_far(journal, folder)}") from None
        return _finish(folder, journal)


def _pages(registry: Registry, journal: Journal) -> Iterator[Page]:
    restarts = 0
    parts = journal.search.parts()
    while not journal.done:
        try:
            page = registry.page(parts[journal.part], journal.token, journal.search.limit, fresh=restarts > 0)
        except ExpiredTokenError:
            restarts += 1
            if restarts > _MOST_RESTARTS:
                raise
            journal.begin_again()
            continue
        if page.next_page_token in journal.tokens:
            raise NetworkError("the registry leads in a circle: a page names one before it as the next")
        yield page


def _write_page(folder: Path, page: Page, journal: Journal, source: str) -> Taken:
    found: list[str] = []
    written: list[str] = []
    also: list[str] = []
    unnamed = 0
    for study in page.studies[: journal.wanted]:
        nct_id = registry_id(study)
        if nct_id is None:
            unnamed += 1
            continue
        if write_record(folder, study, nct_id, source):
            written.append(nct_id)
        found.append(nct_id)
        also += [alias for alias in aliases(study) if alias in journal.search.ids]
    last = not page.next_page_token
    return Taken(
        part=journal.part + last,
        token=page.next_page_token or None,
        total=page.total_count if journal.token is None else None,
        found=found,
        written=written,
        aliases=also,
        unnamed=unnamed,
        removed=page.removed,
    )


def _finish(folder: Path, journal: Journal) -> Fetched:
    whole = journal.search.limit is None
    not_found = sorted(set(journal.search.ids) - journal.found - journal.aliases) if whole else []
    return Fetched(
        account=write_search(folder, journal, not_found),
        records=len(journal.found),
        written=len(journal.written & journal.found),
        unnamed=journal.unnamed,
        missing=max(0, (journal.total or 0) - len(journal.found) - journal.unnamed) if whole else 0,
        not_found=not_found,
        resumed=journal.resumed,
    )


def _expected(journal: Journal) -> int | None:
    limits = [number for number in (journal.total, journal.search.limit) if number is not None]
    return min(limits, default=None)


def _so_far(journal: Journal, folder: Path) -> str:
    total = _expected(journal)
    number = f"{len(journal.found)}" if total is None else f"{len(journal.found)} of {total}"
    return f"{number} records are in {folder}; the same command again goes on from there"


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder for one run at a time, and say in a sentence what the disk refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".fetch.lock", timeout=0):
            sweep(folder)
            yield
    except Timeout:
        raise CellkgError(f"another fetch writes to {folder} now; wait until it is done") from None
    except OSError as error:
        raise CellkgError(
            f"cannot write to {error.filename or folder}: {error.strerror}; name another folder"
        ) from None
