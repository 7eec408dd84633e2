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

from cellkg_loaders.clinicaltrials_gov.origin import digest, take_origin, with_origin

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


def write_record(folder: Path, study: dict[str, Any], nct_id: str, source: str) -> bool:
    """Write a record to its file with its origin, and return whether that was needed.

    It is not where the file says the same already. Where it says something else, that is an earlier version, which is
    kept in ``earlier/``.
    """
    file = folder / f"{nct_id}.json"
    origin, held = take_origin(study), _read(file)
    if _content(held) == _content(study):
        return False
    if held is not None:
        _keep(file, held)
    if origin is not None:
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        written = msgspec.structs.replace(origin, sha256_as_written=digest(study), source=source, retrieved=today)
        study = with_origin(study, written)
    _swap_in(file, msgspec.json.encode(study) + b"\n")
    return True


def _keep(file: Path, held: dict[str, Any]) -> None:
    earlier = file.parent / "earlier"
    earlier.mkdir(exist_ok=True)
    kept = earlier / f"{file.stem}-{digest(held)[:12]}.json"
    if not kept.exists():
        _swap_in(kept, file.read_bytes())


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


def _content(study: dict[str, Any] | None) -> Any:
    """A record without its origin and the day on which the registry wrote it out, which say nothing of the study."""
    if study is None:
        return None
    kept = {key: value for key, value in study.items() if key != "fetched"}
    derived = kept.get("derivedSection")
    if not isinstance(derived, dict) or not isinstance(derived.get("miscInfoModule"), dict):
        return kept
    info = {**derived["miscInfoModule"], "versionHolder": None}
    return {**kept, "derivedSection": {**derived, "miscInfoModule": info}}


def _read(file: Path) -> dict[str, Any] | None:
    try:
        study = msgspec.json.decode(file.read_bytes())
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return study if isinstance(study, dict) else None


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
