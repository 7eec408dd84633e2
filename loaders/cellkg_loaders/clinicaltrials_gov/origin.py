"""Where a fetched record came from: the registry's own content by its hash, when, and by which search.

``cellkg fetch`` writes it into the record, since people are taken out before anything is written: without it, the same
content would be one version when fetched and another when downloaded by hand.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

_KEY = "fetched"


class Origin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The origin of a fetched record: hashes of its canonical form as sent and as written, search and day."""

    sha256: str
    sha256_as_written: str = ""
    source: str = ""
    retrieved: str = ""

    def digest(self, as_read: str) -> str:
        """Return the hash of what the registry sent, or that of what was read where the file was changed since."""
        return self.sha256 if as_read == self.sha256_as_written else as_read


def canonical(study: dict[str, Any]) -> bytes:
    """Return a record as sorted JSON, without what the registry adds to it when it writes it."""
    derived = study.get("derivedSection")
    kept = {key: value for key, value in study.items() if key != _KEY}
    of_record = derived if isinstance(derived, dict) else {}
    kept["derivedSection"] = {key: value for key, value in of_record.items() if key != "miscInfoModule"}
    return msgspec.json.encode(kept, order="sorted")


def digest(study: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical form of a record."""
    return hashlib.sha256(canonical(study)).hexdigest()


def with_origin(study: dict[str, Any], origin: Origin) -> dict[str, Any]:
    """Return a record with its origin."""
    return {**study, _KEY: msgspec.to_builtins(origin)}


def take_origin(study: dict[str, Any]) -> Origin | None:
    """Take the origin out of a record; a key of that name that holds anything else stays."""
    try:
        origin = msgspec.convert(study[_KEY], Origin)
    except (KeyError, msgspec.ValidationError):
        return None
    del study[_KEY]
    return origin
