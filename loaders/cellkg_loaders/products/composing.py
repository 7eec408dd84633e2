"""Products that a record names in its own way: stem cells of a tissue, and abbreviations that it explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .wording import Entry, Mention, mentions, rows

_BEFORE = re.compile(
    r"[\s\-,]*(?:(?:tissue|pad|jelly|matrix|origin|derived|and|cultured|expanded|ex[- ]vivo|in[- ]vitro|adult|human|"
    r"autologous|autogenous|allogen\w+|multipotent|pluripotent|purified|isolated|processed|specific|adherent|"
    r"concentrated)[\s\-,]+){0,6}(?:\([^()]{0,20}\)[\s-]*)?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:\([^()]{0,30}\)\s*)?,?\s*(?:(?:that|which|will|are|is|were|be|been)\s+){0,3}"
    r"(?:(?:derived|obtained|isolated|extracted|harvested|collected|taken|cultured|expanded|prepared|sourced)\s+)"
    r"(?:(?:and|or)\s+\w+\s+)?(?:from|of)\s+(?:(?:the|their|his|her|patient'?s?|subject'?s?|own|human|autologous|"
    r"allogen\w+|abdominal|subcutaneous|healthy|donor'?s?|a|donated|full[- ]term)\s+){0,4}",
    re.IGNORECASE,
)
_STEM = re.compile(r"\b(?:stem|stromal|progenitor|regenerative)\b", re.IGNORECASE)
_CULTURED = re.compile(r"\b(?:cultur\w+|expanded|expansion|passaged)\b", re.IGNORECASE)
_REACH = 90
_EXPLAINED = re.compile(
    r"(?i:cells?|grafts?|lymphocytes?|products?)\s*[(\[]\s*['\"“”]?(?P<short>[A-Za-z]{0,4}[A-Z][\w/+-]{1,14})['\"“”]?"
    r"\s*[)\],;]"
)
_CLOSING = re.compile(r"[\s)]*(?:\([\w -]{1,12}\))?\s*(?:cells?)?\s*(?:\([\w -]{1,12}\))?\s*", re.IGNORECASE)
_LONGEST = 120


def composed(text: str, found: tuple[Mention, ...], explained: dict[str, Entry]) -> tuple[Mention, ...]:
    """Return the mentions of a text with the products that it names in words or letters of its own."""
    letters = list(_by_letters(text, found, explained))
    found = tuple(m for m in found if m.kind != "products" or not any(_is_within(m, other) for other in letters))
    more = [*_of_tissues(text, found), *letters]
    return tuple(sorted((*found, *more), key=lambda one: (one.start, one.end))) if more else found


def explained_in(texts: Iterable[str]) -> dict[str, Entry]:
    """Return the abbreviations that stand in brackets after a product: ``dental follicle stem cells (DFSC)``."""
    short_for: dict[str, Entry] = {}
    for text in texts:
        for match in _EXPLAINED.finditer(text):
            letters = match["short"].removesuffix("s")
            if sum(sign.isupper() for sign in letters) > 1 and (entry := _named_last(text, match)):
                short_for.setdefault(letters, entry)
    return short_for


def _named_last(text: str, match: re.Match[str]) -> Entry | None:
    """Return the product that ends where the bracket begins, unless the letters are in the wording already."""
    start = max(0, match.start() - _LONGEST)
    window = text[start : match.start("short")].rstrip("'\"“”([ \t\n")
    found = composed(window, mentions(window), {})
    last = next((m for m in found if m.kind == "products" and _CLOSING.fullmatch(window[m.end :])), None)
    letters = match["short"]
    listed = [m for m in mentions(letters) if m.kind in ("products", "brands", "tissues", "acellular")]
    if last is None:
        return None
    whole = len(letters.removesuffix("s"))
    same = last.entry["class"]
    known = any(m.kind != "products" or m.end - m.start >= whole or m.entry["class"] == same for m in listed)
    return None if known else last.entry


def _by_letters(text: str, found: tuple[Mention, ...], explained: dict[str, Entry]) -> Iterator[Mention]:
    for letters, entry in explained.items():
        for match in re.finditer(rf"(?<!\w){re.escape(letters)}s?(?!\w)", text) if letters in text else ():
            whole = Mention("products", entry, match.start(), match.end())
            over = [m for m in found if m.kind == "products" and m.start < whole.end and whole.start < m.end]
            if all(_is_within(m, whole) for m in over):
                yield whole


def _is_within(one: Mention, other: Mention) -> bool:
    """Tell whether a word is only a part of a longer one: MSC in MSC-NP."""
    return other.start <= one.start and one.end <= other.end and one.end - one.start < other.end - other.start


def _of_tissues(text: str, found: tuple[Mention, ...]) -> Iterator[Mention]:
    """Yield "stem cells" with the tissue beside them as one product."""
    named = [m for m in found if m.kind in ("products", "brands")]
    sources = [m for m in found if m.kind == "tissues" and not m.entry["harvest"]]
    for cells in (m for m in found if m.kind == "generic_products" and sources):
        if any(m.start < cells.end and cells.start < m.end for m in named) or not _STEM.search(
            text[cells.start : cells.end]
        ):
            continue
        for source in sources:
            start, end = min(source.start, cells.start), max(source.end, cells.end)
            if end - start < _REACH and _beside(text, source, cells) and (entry := _entry(source, text[start:end])):
                yield Mention("products", entry, start, end)
                break


def _beside(text: str, source: Mention, cells: Mention) -> bool:
    if source.end <= cells.start:
        return bool(_BEFORE.fullmatch(text[source.end : cells.start]))
    return cells.end <= source.start and bool(_AFTER.fullmatch(text[cells.end : source.start]))


def _entry(source: Mention, words: str) -> Entry | None:
    """Return what stem cells of a tissue are; those of marrow are stromal cells where the words say culture."""
    listed = [row for row in rows("stem_cells_by_tissue") if row["tissue"] == source.entry["tissue"]]
    cultured = bool(_CULTURED.search(words))
    return next((row for row in listed if cultured or not row["needs_culture"]), None)
