"""What a walk meets that it cannot read: a value that does not fit its field."""

from __future__ import annotations

from typing import Any

_SHOWN = 40
_KINDS = {dict: "an object", list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}


class MisfitError(Exception):
    """A value that its field cannot have; on its way up it learns the keys that lead to it."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found
        self.steps: list[str | int] = []

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the value."""
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in reversed(self.steps))
        return "".join(f"/{step}" for step in steps)


def unlike(expected: str, value: Any) -> MisfitError:
    """Return the error for a value of another kind than its field has.

    >>> unlike("a text", ["x"]).found
    'expected a text, found a list'
    """
    return MisfitError(f"expected {expected}, found {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return f"{value!r:.{_SHOWN}}"
    return _KINDS.get(type(value), "nothing")
