"""What can go wrong, and the exit code of each kind.

::

    CellkgError            1  something failed at run time
    ├── UsageError         2  the command or call was put wrongly
    ├── NotFoundError      3  a store, question or file is not there
    ├── DataError          4  data broke a rule
    │   └── InputError        … at a place in a file
    └── NetworkError       5  a network source failed
"""

from __future__ import annotations

from pathlib import Path


class CellkgError(Exception):
    """Anything that cellkg reports in one sentence with the next step."""

    exit_code = 1


class UsageError(CellkgError):
    """A command or call that was put wrongly."""

    exit_code = 2


class NotFoundError(CellkgError):
    """A store, question or file that is not there."""

    exit_code = 3


class DataError(CellkgError):
    """Data that broke a rule."""

    exit_code = 4


class InputError(DataError):
    """A file that cannot be read as it should be.

    >>> str(InputError("trials.yaml", "3", "found 'IV'", "write a route of the list"))
    "trials.yaml:3: found 'IV'; write a route of the list"
    """

    def __init__(self, file: Path | str, place: str, found: str, next_step: str = "") -> None:
        self.file, self.place, self.found, self.next_step = file, place, found, next_step
        where = f"{file}:{place}" if place else f"{file}"
        super().__init__(f"{where}: {found}" + (f"; {next_step}" if next_step else ""))


class InputErrors(DataError):  # noqa: N818
    """Several input errors, reported together."""

    def __init__(self, errors: list[InputError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))


class NetworkError(CellkgError):
    """A network source that failed."""

    exit_code = 5
