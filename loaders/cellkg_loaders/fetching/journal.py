"""How far a search came: a file beside the records, one line a page, from which a later run goes on.

Lines are only ever added, and a line that was cut short counts as not written; its page is asked for again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from .search import Search


class _Start(msgspec.Struct, frozen=True, kw_only=True, tag="start"):
    search: Search
    started: datetime


class _Again(msgspec.Struct, frozen=True, tag="again"):
    """The registry forgot the next page: from the first page on again."""


class Taken(msgspec.Struct, frozen=True, kw_only=True, tag="page"):
    """What one page gave, and the place of the next one."""

    part: int
    token: str | None
    """Of the next page; none before the first page of a part."""
    total: int | None
    found: list[str]
    written: list[str]
    aliases: list[str]
    unnamed: int
    removed: dict[str, int]


_LINE: msgspec.json.Decoder[_Start | _Again | Taken] = msgspec.json.Decoder(_Start | _Again | Taken)


class Journal:
    """The state of a search; ``part`` and ``token`` say where to go on."""

    def __init__(self, file: Path, search: Search) -> None:
        self._file, self.search = file, search
        self.started = datetime.now(UTC)
        self.written: set[str] = set()
        self._rewind()
        if not self._read():
            self._file.unlink(missing_ok=True)
            self._add(_Start(search=search, started=self.started))
        self.resumed = self.begun

    @property
    def begun(self) -> bool:
        """Whether a page was taken."""
        return self.part > 0 or self.token is not None

    @property
    def done(self) -> bool:
        """Whether the last page was taken, or the limit reached."""
        return self.part >= len(self.search.parts()) or self.wanted == 0

    @property
    def wanted(self) -> int | None:
        """How many records are still wanted, where there is a limit."""
        return None if self.search.limit is None else max(0, self.search.limit - len(self.found))

    def take(self, page: Taken) -> None:
        """Note a page whose records are on disk."""
        self._add(page)
        self._apply(page)

    def begin_again(self) -> None:
        """Go back to the first page."""
        self._add(_Again())
        self._rewind()

    def _rewind(self) -> None:
        self.part = 0
        self.token: str | None = None
        self.total: int | None = None
        self.found: set[str] = set()
        self.aliases: set[str] = set()
        self.tokens: set[str] = set()
        self.unnamed = 0
        self.removed: Counter[str] = Counter()

    def _apply(self, page: Taken) -> None:
        if page.part != self.part:
            self.tokens.clear()
        self.part, self.token = page.part, page.token
        if page.total is not None:
            self.total = (self.total or 0) + page.total
        self.found.update(page.found)
        self.aliases.update(page.aliases)
        self.written.update(page.written)
        if page.token is not None:
            self.tokens.add(page.token)
        self.unnamed += page.unnamed
        self.removed.update(page.removed)

    def _read(self) -> bool:
        try:
            lines = self._file.read_bytes().splitlines(keepends=True)
            start = _LINE.decode(lines[0]) if lines else None
        except (FileNotFoundError, msgspec.DecodeError):
            return False
        if not isinstance(start, _Start) or start.search != self.search:
            return False
        self.started = start.started
        whole = len(lines[0])
        for line in lines[1:]:
            try:
                entry = _LINE.decode(line)
            except msgspec.DecodeError:
                break
            whole += len(line)
            if isinstance(entry, Taken):
                self._apply(entry)
            else:
                self._rewind()
        with self._file.open("r+b") as file:
            file.truncate(whole)
        return True

    def _add(self, entry: _Start | _Again | Taken) -> None:
        with self._file.open("ab") as file:
            file.write(msgspec.json.encode(entry) + b"\n")


@contextmanager
def open_journal(folder: Path, search: Search) -> Iterator[Journal]:
    """Open the journal of a search, begun or new; it is kept only where there is something to go on with."""
    file = folder / f".search-{search.key()}.state"
    journal = Journal(file, search)
    try:
        yield journal
    except BaseException:
        if not journal.begun:
            file.unlink(missing_ok=True)
        raise
    file.unlink(missing_ok=True)
