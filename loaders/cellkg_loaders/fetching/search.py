"""What to fetch: the criteria of a search, checked, and the parameters that the registry takes for them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from cellkg.errors import UsageError

REGISTRY = "https://clinicaltrials.gov/api/v2"
_IDS_IN_ONE_REQUEST = 200
_NCT_ID = re.compile(r"NCT\d{8}")
_ONLY_IDS = re.compile(r"[\s,]*(NCT\d+[\s,]*)+", re.IGNORECASE)


class Search(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The criteria of a search; ``new_search`` makes and checks one."""

    server: str
    condition: str | None = None
    intervention: str | None = None
    term: str | None = None
    ids: tuple[str, ...] = ()
    since: str | None = None
    """Day of the last posted update, from which on studies are wanted."""
    limit: int | None = None

    def key(self) -> str:
        """Return twelve signs that stand for this search and no other."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:12]

    def parts(self) -> list[dict[str, str]]:
        """Return the parameters of each request series: one, or more where the ids would make an address too long."""
        queries = {"query.cond": self.condition, "query.intr": self.intervention, "query.term": self.term}
        common = {name: value for name, value in queries.items() if value is not None}
        if self.since is not None:
            common["filter.advanced"] = f"AREA[LastUpdatePostDate]RANGE[{self.since},MAX]"
        groups = [self.ids[i : i + _IDS_IN_ONE_REQUEST] for i in range(0, len(self.ids), _IDS_IN_ONE_REQUEST)]
        return [{**common, "filter.ids": ",".join(group)} for group in groups] or [common]


def new_search(
    *,
    condition: str | None = None,
    intervention: str | None = None,
    term: str | None = None,
    ids: Iterable[str] = (),
    since: str | None = None,
    limit: int | None = None,
    server: str = REGISTRY,
) -> Search:
    """Return a search by criteria as a user writes them; each of ``ids`` may hold several with commas between.

    >>> new_search(ids=["NCT00000000, nct00000102"]).parts()
    [{'filter.ids': 'NCT00000000,NCT00000102'}]

    Raises:
        UsageError: no criterion, or one that cannot be meant.
    """
    search = Search(
        server=_server(server),
        condition=_query("--condition", condition),
        intervention=_query("--intervention", intervention),
        term=_query("--term", term),
        ids=_ids(ids),
        since=None if since is None else _day(since),
        limit=limit,
    )
    if limit is not None and limit < 1:
        raise UsageError(f"--limit is a number of records from 1 on, found {limit}")
    if search.parts() == [{}]:
        raise UsageError("say what to fetch: --condition, --intervention, --term, --ids or --since")
    return search


def _query(option: str, written: str | None) -> str | None:
    if written is None:
        return None
    if not written.strip():
        raise UsageError(f"{option} is empty; leave it out or say what to look for")
    if _ONLY_IDS.fullmatch(written):
        # The registry ignores all filters, the date too, when a query holds nothing but its ids.
        raise UsageError(f"{option} holds registry ids only; give them with --ids")
    return written.strip()


def _ids(written: Iterable[str]) -> tuple[str, ...]:
    ids = [part.strip().upper() for each in written for part in each.split(",")]
    for nct_id in ids:
        if not _NCT_ID.fullmatch(nct_id):
            raise UsageError(f"--ids takes ids such as NCT00000000, found {nct_id!r}")
    return tuple(dict.fromkeys(ids))


def _day(written: str) -> str:
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise UsageError(f"--since takes a day such as 2024-01-31, found {written!r}") from None


def _server(written: str) -> str:
    try:
        parts = urlsplit(written)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known or parts.username is not None or parts.query or parts.fragment:
        raise UsageError(f"--server takes an address such as {REGISTRY}, without name, password or query")
    return written.rstrip("/")
