"""Records on disk, one file each, and the search that they came from."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import yaml

from .journal import Journal
from .people import MASKED

_NCT_ID = re.compile(r"NCT\d{8}")
_TERMS = (
    "Data from ClinicalTrials.gov, U.S. National Library of Medicine. Wherever the data are shown, name this source "
    "and the day of processing, and say that they were changed: people were taken out. "
    "https://clinicaltrials.gov/about-site/terms-conditions"
)


def registry_id(study: dict[str, Any]) -> str | None:
    """Return the registry id of a record, or ``None`` where it has none that could name a file."""
    nct_id = _identification(study).get("nctId")
    return nct_id if isinstance(nct_id, str) and _NCT_ID.fullmatch(nct_id) else None


def aliases(study: dict[str, Any]) -> list[str]:
    """Return the earlier registry ids of a record."""
    named = _identification(study).get("nctIdAliases")
    return [alias for alias in named if isinstance(alias, str)] if isinstance(named, list) else []


def write_record(folder: Path, nct_id: str, study: dict[str, Any]) -> bool:
    """Write a record to its file, and return whether that was needed: not where the file says the same already."""
    file = folder / f"{nct_id}.json"
    if _content(_read(file)) == _content(study):
        return False
    _swap_in(file, msgspec.json.encode(study) + b"\n")
    return True


def write_search(folder: Path, journal: Journal, not_found: list[str]) -> Path:
    """Write what was asked, when, and what came of it; the suffix keeps the file from being read as a record."""
    search, removed = journal.search, dict(sorted(journal.removed.items()))
    account = {
        "source": "ClinicalTrials.gov",
        "terms": _TERMS,
        "server": search.server,
        "query": {key: value for key, value in msgspec.to_builtins(search).items() if key != "server"},
        "requests": search.parts(),
        "started": _moment(journal.started),
        "finished": _moment(datetime.now(UTC)),
        "total_reported": journal.total,
        "records": len(journal.found),
        "written": len(journal.written & journal.found),
        "unchanged": len(journal.found - journal.written),
        "without_registry_id": journal.unnamed,
        "ids_not_found": not_found,
        MASKED.replace(" ", "_"): removed.pop(MASKED, 0),
        "removed_before_writing": removed,
        "cellkg": version("cellkg"),
    }
    head = "# Written by `cellkg fetch ctgov`.\n"
    file = folder / f"search-{journal.started:%Y%m%dT%H%M%SZ}-{search.key()[:6]}.yaml"
    _swap_in(file, (head + yaml.safe_dump(account, sort_keys=False, allow_unicode=True, width=100)).encode())
    return file


def sweep(folder: Path) -> None:
    """Delete half-written files of a run that was interrupted."""
    for file in (*folder.glob(".NCT*.part"), *folder.glob(".search-*.part")):
        file.unlink(missing_ok=True)


def _content(study: Any) -> Any:
    """A record without the day on which the registry wrote it out, which changes every day and says nothing."""
    derived = study.get("derivedSection") if isinstance(study, dict) else None
    if not isinstance(derived, dict) or not isinstance(derived.get("miscInfoModule"), dict):
        return study
    info = {**derived["miscInfoModule"], "versionHolder": None}
    return {**study, "derivedSection": {**derived, "miscInfoModule": info}}


def _read(file: Path) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes())
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _swap_in(file: Path, content: bytes) -> None:
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _identification(study: dict[str, Any]) -> dict[str, Any]:
    protocol = study.get("protocolSection")
    module = protocol.get("identificationModule") if isinstance(protocol, dict) else None
    return module if isinstance(module, dict) else {}


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
