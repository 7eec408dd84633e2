"""From plain content to records, field by field: every one that is unknown, missing or of another kind is told."""

from __future__ import annotations

import difflib
import re
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin

import msgspec

from cellkg_loaders.records import Record

_R = TypeVar("_R", bound=Record)

# 18 digits on either side of the point: what `xsd:integer` and `xsd:decimal` hold in every store.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_HINT = re.compile(r"L[0-9]+(#[0-9]+)?|\?")


class Problem(NamedTuple):
    """Path of a field, what was found there, and the next step."""

    path: str
    found: str
    next_step: str


def read_record(plain: Any, record: type[_R], problems: list[Problem]) -> _R:
    """Return a record of plain content; what does not fit is added to ``problems``, and the record is of no use."""
    return cast(_R, _record(plain, record, "$", problems))


@cache
def fields(record: type[Record]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the fields of a record with their types."""
    return msgspec.structs.fields(record)


def _value(plain: Any, hint: Any, path: str, problems: list[Problem]) -> Any:
    kind = _bare(hint)
    if get_origin(kind) is tuple:
        return _items(plain, get_args(kind)[0], path, problems)
    if issubclass(kind, Record):
        return _record(plain, kind, path, problems)
    try:
        return msgspec.convert(_scalar(plain, kind), hint)
    except ValueError as error:
        problems.append(Problem(path, f"{_said(error)}, found {_shown(plain)}", _next_step(path, plain)))


def _items(plain: Any, hint: Any, path: str, problems: list[Problem]) -> tuple[Any, ...]:
    if isinstance(plain, list):
        return tuple(_value(item, hint, f"{path}[{i}]", problems) for i, item in enumerate(plain))
    problems.append(Problem(path, f"expected a list, found {_shown(plain)}", _next_step(path, plain)))
    return ()


def _record(plain: Any, record: type[Record], path: str, problems: list[Problem]) -> Record | None:
    if not isinstance(plain, dict):
        names = ", ".join(field.encode_name for field in fields(record) if field.required)
        found = f"expected fields ({names}), found {_shown(plain)}"
        problems.append(Problem(path, found, _next_step(path, plain)))
        return None
    known = {field.encode_name: field for field in fields(record)}
    missing = [name for name, field in known.items() if field.required and name not in plain]
    problems += [Problem(f"{path}.{name}", *_unknown(name, list(known))) for name in plain if name not in known]
    problems += [Problem(path, f"the field {name!r} is missing", "add it") for name in missing]
    given = {
        field.name: _value(plain[name], field.type, f"{path}.{name}", problems)
        for name, field in known.items()
        if name in plain
    }
    return None if missing else record(**given)


def _scalar(plain: Any, kind: type) -> Any:
    if not isinstance(plain, str):
        raise ValueError("expected a single value")
    if kind is int:
        return int(_matching(plain, _WHOLE, "expected a whole number of up to 18 digits"))
    if kind is Decimal:
        return Decimal(_matching(plain, _DECIMAL, "expected a plain number such as 12 or 3.76"))
    return plain


def _matching(plain: str, form: re.Pattern[str], expected: str) -> str:
    if not form.fullmatch(plain):
        raise ValueError(expected)
    return plain


@cache
def _bare(hint: Any) -> Any:
    """Return a type without its marks and without ``None``."""
    if hasattr(hint, "__metadata__"):
        return _bare(get_args(hint)[0])
    options = [part for part in get_args(hint) if part is not type(None)]
    return _bare(options[0]) if type(None) in get_args(hint) else hint


def _unknown(name: str, known: list[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(name, known, n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
    return f"the field {name!r} is not known", hint


def _said(error: ValueError) -> str:
    message = str(error)
    return message[:1].lower() + message[1:]


def _shown(plain: Any) -> str:
    if isinstance(plain, str):
        return repr(plain) if plain else "nothing"
    return "a list" if isinstance(plain, list) else "fields"


def _next_step(path: str, plain: Any) -> str:
    if path.endswith(".at") and isinstance(plain, str) and _HINT.fullmatch(plain):
        return "run `cellkg curate locate`"
    return "leave the field out" if plain == "" else "see `cellkg curate schema`"
