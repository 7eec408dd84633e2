"""Coded names of products: "ABC-12 is given" is about the cells that an intervention of this name is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .judged import Judged
from .passages import Passage
from .study import Record
from .wording import Entry, mentions

_CODE = r"[A-Z][A-Za-z]{0,9}[- ]?\d[\w-]*|[A-Z]{2,}[A-Za-z]*-[A-Z][\w-]*|[A-Z]{2,}[a-z]?[A-Z]*"
_WHOLE = re.compile(rf"(?P<code>{_CODE})[®™]?(?:\s+(?:injection|infusion|cells?|therapy))?", re.IGNORECASE)
_AT_END = re.compile(rf"\s*(?:[(\[,]\s*)?(?P<code>{_CODE})[®™]?\s*[)\]]?")
_SHORTEST = 3
_KNOWN = (
    "products",
    "brands",
    "tissues",
    "acellular",
    "routes",
    "targets",
    "counted",
    "donors",
    "manipulations",
    "others",
)


def with_codes(record: Record, judged: Iterable[Judged]) -> None:
    """Let the coded names of a record's products mean them in all its texts."""
    codes = dict(_codes(judged))
    if not codes:
        return
    record.whole.explained.update(codes)
    for passage in record.passages():
        if any(code in passage.text for code in codes):
            passage.forget()


def _codes(judged: Iterable[Judged]) -> Iterator[tuple[str, Entry]]:
    for one in judged:
        classes = {head.product_class for head in one.heads if not head.generic}
        if len(classes) != 1 or any(head.generic for head in one.heads):
            continue
        entry = {
            **one.heads[0].entry,
            "tissue": "",
            "donor": "",
            "manipulation": "",
            "weak": "",
            "natural": "",
            "needs": "",
        }
        for passage in (p for p in one.intervention.passages if p.section in ("name", "other name")):
            yield from ((code, entry) for code in _codes_in(passage))


def _codes_in(passage: Passage) -> Iterator[str]:
    whole = _WHOLE.fullmatch(passage.text.strip())
    named = [m for m in passage.mentions if m.kind == "products"]
    after = (_AT_END.fullmatch(passage.text, m.end) for m in named)
    for match in (whole, *after):
        code = match["code"] if match else ""
        if len(code) >= _SHORTEST and _is_new(code):
            yield code


def _is_new(code: str) -> bool:
    """Tell whether a code is one: with a capital and a figure or hyphen, and no word of the field."""
    capitals = sum(sign.isupper() for sign in code)
    marked = any(sign.isdigit() for sign in code) or "-" in code or code.removeprefix("h").isupper()
    return marked and capitals > 1 and not any(m.kind in _KNOWN for m in mentions(code))
