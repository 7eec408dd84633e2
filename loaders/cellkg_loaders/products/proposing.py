"""Statements that a text document seems to make, in the curated format, for a person to accept or strike out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cellkg.identifiers import slug
from cellkg.lexicon import Lexicon
from cellkg.ntriples import plain as plain_number

from .doses import CONCENTRATION, ReadDose, read_doses
from .heads import Head, heads
from .linking import qualifies
from .passages import Passage
from .statements import product_word
from .wording import Mention

Claim: TypeAlias = dict[str, Any]

_ID = re.compile(r"\bNCT[0-9]{8}\b")
_INFUSION = re.compile(r"\b(?:systemic )?infusions?\b", re.IGNORECASE)
_LONGEST_ID_LINE = 60
_HEADER = (
    "# What {name} seems to say of cell products, read by cellkg extract: compare each line with the text, mend it,\n"
    "# strike out what is not so, and run `cellkg curate check`. The format: docs/curating.md.\n"
)


@dataclass(frozen=True)
class Line:
    """A line of a document, with its number from 1 and the offset of its first character."""

    number: int
    start: int
    passage: Passage

    def claim(self, start: int, end: int, value: str | None = None) -> Claim:
        """Return a curated statement for the words between two offsets of the line."""
        written = self.passage.text[start:end]
        claim: Claim = {} if value is None or value == written else {"is": value}
        return claim | {"as": written, "at": f"{self.number}:{self.start + start}-{self.start + end}"}


@dataclass
class _Given:
    """One product of a line, and what stands beside it."""

    product: Claim
    starts: list[int]
    """Where the line names it."""
    routes: list[Claim] = field(default_factory=list)
    doses: list[Claim] = field(default_factory=list)


def propose(document: Path, text: str, lexicon: Lexicon) -> str:
    """Return a curated file for a text, as YAML: a study for each registry id, or else for each line.

    Every ``at`` is the line and the characters of the words in the text.
    """
    passages = list(_lines(text))
    own = next(
        (
            m[0]
            for line in passages
            if len(line.passage.text) < _LONGEST_ID_LINE and (m := _ID.search(line.passage.text))
        ),
        "",
    )
    studies: dict[str, dict[str, Any]] = {}
    for line in passages:
        given = [_administration(one) for one in _given(line, lexicon)]
        if given:
            study = studies.setdefault(*_study(line, own, passages, document))
            study["arms"][0]["given"].extend(given)
    name = slug(document.stem).encode("ascii", "ignore").decode().strip("-_") or "document"
    source = {
        "key": name,
        "kind": "report",
        "title": document.stem,
        "file": document.name,
        "sha256": hashlib.sha256(document.read_bytes()).hexdigest(),
    }
    body = yaml.safe_dump(
        {"source": source, "studies": list(studies.values())},
        sort_keys=False,
        allow_unicode=True,
        width=10**6,
        default_flow_style=None,
    )
    return _HEADER.format(name=document.name) + body


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            passage = Passage(str(number), "text", line)
            passage.whole.texts.append(text)
            yield Line(number, start, passage)
        start += len(line) + 1


def _study(line: Line, own: str, lines: list[Line], document: Path) -> tuple[str, dict[str, Any]]:
    """Return a name and the beginning of the study that a line is about: by its id, the document's, or its number."""
    arms: list[dict[str, Any]] = [{"role": "experimental", "given": []}]
    found = _ID.search(line.passage.text)
    if found:
        return found[0], {"id": line.claim(*found.span()), "arms": arms}
    if own:
        at = next((one, m) for one in lines if (m := re.search(own, one.passage.text)))
        return own, {"id": at[0].claim(*at[1].span()), "arms": arms}
    key = f"line-{line.number}"
    return key, {"key": key, "label": f"line {line.number} of {document.name}", "arms": arms}


def _given(line: Line, lexicon: Lexicon) -> list[_Given]:
    """Return the products of a line; a route or dose goes to the product named last before it, or else to the first."""
    found: list[_Given] = []
    for head in heads(line.passage, given=False):
        if head.generic:
            continue
        product = _product(line, head, lexicon)
        known = next((one for one in found if one.product["type"].get("is") == product["type"].get("is")), None)
        if known is None:
            found.append(_Given(product, [head.mention.start]))
        else:
            known.starts.append(head.mention.start)
            _also(known.product["type"], product["type"])
            known.product = {**product, **known.product}
    if found:
        for start, claim in _routes(line):
            _merge(_nearest(found, start).routes, claim)
        for start, claim in _doses(line):
            _merge(_nearest(found, start).doses, claim)
    return found


def _nearest(found: list[_Given], start: int) -> _Given:
    named = [(at, i) for i, one in enumerate(found) for at in one.starts if at <= start]
    return found[max(named)[1]] if named else found[0]


def _product(line: Line, head: Head, lexicon: Lexicon) -> Claim:
    mention, text = head.mention, line.passage.text
    written = text[mention.start : mention.end]
    tissue = _beside(line, head, "tissues")
    donor, made = _beside(line, head, "donors"), _beside(line, head, "manipulations")
    known = lexicon.synonyms("product").get(written.lower()) or lexicon.synonyms("product").get(
        written.lower().removesuffix("s")
    )
    tissue_id = tissue.entry["tissue"] if tissue else (head.entry.get("tissue") or "").partition("|")[0]
    cell = tissue.entry.get("cell", "") if tissue else ""
    word = (
        known
        or head.entry.get("word")
        or product_word(head.product_class, tissue_id, made.entry["manipulation"] if made else "", cell)
    )
    product: Claim = {"type": line.claim(mention.start, mention.end, word)}
    if donor:
        product["donor"] = line.claim(donor.start, donor.end, donor.entry["donor"])
    if place := _tissue(line, head, tissue, tissue_id, lexicon):
        product["tissue"] = place
    return product


def _tissue(line: Line, head: Head, tissue: Mention | None, tissue_id: str, lexicon: Lexicon) -> Claim | None:
    mention = head.mention
    written = line.passage.text[mention.start : mention.end].lower()
    for label, word in sorted(lexicon.synonyms("tissue").items(), key=lambda pair: -len(pair[0])):
        inside = tissue is None or mention.start <= tissue.start < mention.end
        if inside and written.startswith(label.rstrip("-")):
            return line.claim(mention.start, mention.start + len(label.rstrip("-")), word)
    if tissue:
        return line.claim(tissue.start, tissue.end, _tissue_word(tissue_id, lexicon))
    return line.claim(mention.start, mention.end, _tissue_word(tissue_id, lexicon)) if tissue_id else None


def _tissue_word(curie: str, lexicon: Lexicon) -> str:
    iri = lexicon.term(curie)
    return next((word for word in lexicon.words("tissue") if lexicon.iri("tissue", word) == iri), curie)


def _beside(line: Line, head: Head, kind: str) -> Mention | None:
    found = [m for m in line.passage.mentions if m.kind == kind and qualifies(line.passage, m, head)]
    return min(found, key=lambda m: abs(m.start - head.mention.start), default=None)


def _routes(line: Line) -> Iterator[tuple[int, Claim]]:
    strong = [m for m in line.passage.mentions if m.kind == "routes" and not m.entry["weak"]]
    for m in strong:
        yield m.start, line.claim(m.start, m.end, m.entry["word"])
    for sentence in line.passage.sentences:
        if not any(sentence.start <= m.start < sentence.end for m in strong):
            for match in _INFUSION.finditer(sentence.text):
                start, end = sentence.start + match.start(), sentence.start + match.end()
                yield start, line.claim(start, end, "infusion, route not stated")


def _doses(line: Line) -> Iterator[tuple[int, Claim]]:
    for sentence in line.passage.sentences:
        for dose in read_doses(sentence):
            if not dose.limit and dose.basis != CONCENTRATION:
                yield dose.amount.start, _dose(line, dose)


def _dose(line: Line, dose: ReadDose) -> Claim:
    amount = dose.amount
    single = amount.least == amount.most
    numbers: Claim = (
        {"is": _number(amount.most)} if single else {"low": _number(amount.least), "high": _number(amount.most)}
    )
    for key, number in (("plus_minus", amount.spread), ("low", amount.low), ("high", amount.high)):
        if number is not None:
            numbers[key] = _number(number)
    claim = line.claim(amount.start, amount.end)
    kind = "normalised" if amount.literal is None or amount.form != "power" else "ambiguous"
    return numbers | claim | {"kind": kind, "unit": dose.basis}


def _number(number: Decimal) -> int | str:
    return int(number) if number == number.to_integral_value() else plain_number(number)


def _merge(claims: list[Claim], claim: Claim) -> None:
    """Add a statement, or its place where the same is said already."""
    same = next((one for one in claims if all(one.get(k) == claim.get(k) for k in ("is", "low", "high", "unit"))), None)
    if same is None or ("is" not in claim and "low" not in claim and same["as"] != claim["as"]):
        claims.append(claim)
    else:
        _also(same, claim)


def _also(claim: Claim, other: Claim) -> None:
    claim.setdefault("also", []).append({"as": other["as"], "at": other["at"]})


def _administration(one: _Given) -> dict[str, Any]:
    given: dict[str, Any] = {"products": [one.product]}
    if one.routes:
        given["route"] = one.routes[0]
    if one.doses:
        given["doses"] = one.doses
    return given
