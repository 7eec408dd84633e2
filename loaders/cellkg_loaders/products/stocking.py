"""Stock products: cells of a company or a bank, which come from others than the patients."""

from __future__ import annotations

import re

from .passages import Passage
from .readings import Fact
from .regimens import Regimen
from .study import Record

#: Tissues of birth, from which no adult patient gives cells.
PERINATAL = ("UBERON:0002331", "UBERON:0012168", "UBERON:0001987", "UBERON:0000305", "UBERON:0000173")
_STOCK_CODE = re.compile(
    r"\b(?!COVID|SARS|GMP|HLA|CD|IL|UC|MSC|DMSO|WJ|TNF|IFN|TGF|AD|BM|GM|"
    r"CA)[A-Z]{2,}[A-Za-z]{0,8}-(?:[A-Z]{0,3}\d{2,}\w*|[A-Z]{2,}\b(?!s))|\w+[®™]|"
    r"\b(?!Stem|Mono|Uni|Multi|Single)[A-Z]\w{1,9}(?:Cell|Stem|Cord)\b"
)
_MARKED = re.compile(
    r"\b(?:\w+\s?[®™](?:-\w+)?|(?-i:[A-Z]\w{1,9}(?:Cell|Cord)))\s+\(?(?:allogen\w+\s+)?(?:human\s+)?(?:h?(?:UC|WJ|UCB|AM|P)?-?MSCs?\b|umbilical|Wharton|cord)",
    re.IGNORECASE,
)
"""A trade mark, with its sign or as a compound, right before the cells that bear it."""


def off_the_shelf(record: Record, regimen: Regimen, known: set[str]) -> tuple[Fact, ...]:
    """A stock product comes from others than the patients: a brand of such, or any brand or code of birth tissue."""
    perinatal = bool(known & set(PERINATAL))
    for passage in (*regimen.own(), *record.titles):
        brands = (m for m in passage.mentions if m.kind == "brands" and m.entry["class"] == regimen.product_class)
        brand = next((m for m in brands if perinatal or m.entry["stock"]), None)
        named = perinatal and passage.section in ("name", "other name", "intervention")
        code = _STOCK_CODE.search(passage.text) if named else _marked(record, regimen, passage) if perinatal else None
        span = (brand.start, brand.end) if brand else code.span() if code else None
        if span:
            return (
                Fact(
                    value="allogeneic",
                    spots=(passage.spot(*span),),
                    rule="stock product",
                    confidence=0.6,
                    kind="derived",
                ),
            )
    return ()


def _marked(record: Record, regimen: Regimen, passage: Passage) -> re.Match[str] | None:
    """Return the trade mark by which a text calls what an intervention names without its sign."""
    if sign := _MARKED.search(passage.text):
        return sign
    names = {one.name.strip().lower() for one in regimen.interventions}
    found = re.finditer(r"\w+(?=\s?[®™])", passage.text)
    return next((match for match in found if match[0].lower() in names), None)
