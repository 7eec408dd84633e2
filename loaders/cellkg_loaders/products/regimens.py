"""From interventions that are cells to regimens: one for each product, route and set of arms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .heads import Head, heads
from .judged import Judged
from .linking import linked, qualifies
from .outlines import given_in_texts
from .passages import Passage
from .readings import Fact
from .study import Arm, Intervention, Record

_WITHOUT = ("PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION")
GRAFTS = ("HSC graft",)
_LONG_WORD = 8
_CELL_WORD = re.compile(
    r"cell|\bmsc|marrow|transplant|infusion|injection|therapy|treatment|surg|operation", re.IGNORECASE
)


@dataclass(frozen=True)
class Regimen:
    """One product with the arms and interventions that give it."""

    product_class: str
    heads: tuple[Head, ...]
    interventions: tuple[Intervention, ...] = ()
    arms: tuple[Arm, ...] = ()
    sole: bool = True
    """Whether the record has no other regimen at all."""
    others: re.Pattern[str] | None = None
    """The names of the other interventions of the record."""
    split: frozenset[str] = frozenset()
    """The routes of its arms, where other arms give the product otherwise."""
    shared: frozenset[str] = frozenset()
    """Pointers of the texts that speak of those other arms as well."""
    donors: tuple[Fact, ...] = ()
    """The donor that its arms say, where other arms say another."""
    manipulations: tuple[Fact, ...] = ()
    """What is said of a graft that is given beside a modified one."""
    tissues: tuple[Fact, ...] = ()
    """The tissue that its arms say, where other arms say another."""

    def own(self) -> Iterator[Passage]:
        """Yield the texts of its interventions and arms, names first."""
        yield from (p for one in self.interventions for p in one.passages if p.section != "intervention")
        yield from (p for arm in self.arms for p in arm.passages if p.section == "arm label")
        yield from (p for one in self.interventions for p in one.passages if p.section == "intervention")
        yield from (p for arm in self.arms for p in arm.passages if p.section == "arm")


def read_regimens(record: Record, judged: tuple[Judged, ...]) -> list[Regimen]:
    """Return the regimens of a record, those of registered interventions first."""
    regimens = [*_of_interventions(record, judged)]
    regimens += _of_texts(record, regimens)
    record.whole.known.update(one.product_class for one in regimens)
    return regimens


def settled(record: Record, regimens: list[Regimen]) -> list[Regimen]:
    """Return the regimens, each knowing of the others."""
    classes = [regimen.product_class for regimen in regimens]
    return [replace(one, sole=len(set(classes)) == 1, others=others_of(record, one)) for one in regimens]


def _of_interventions(record: Record, judged: tuple[Judged, ...]) -> Iterator[Regimen]:
    groups: dict[str, list[tuple[Intervention, Head]]] = defaultdict(list)
    for one in judged:
        for head in one.heads:
            groups[head.product_class or "other"].append((one.intervention, head))
    if len(groups) > 1 and all(head.generic for _, head in groups.get("other", [(None, None)]) if head):
        _absorbed(groups)
    several = {one.intervention.number for one in judged if len({h.product_class for h in one.heads}) > 1}
    for product_class, members in groups.items():
        parts = list(_by_product(record, product_class, members))
        for part in parts:
            numbers = {one.number for one, _ in part}
            cells = {one.intervention.number for one in judged if one.heads}
            named = any(_key(product_class, *one)[0] for one in part)
            yield Regimen(
                product_class=product_class,
                donors=() if named or len(parts) < 2 else _donors_told(record, part[0][1]),
                heads=tuple(head for _, head in part),
                interventions=tuple(_unique(one for one, _ in part)),
                arms=tuple(
                    arm
                    for arm in record.arms
                    if arm.kind not in _WITHOUT and _is_given(arm, numbers, cells, product_class)
                    if not _names_another(arm, numbers & several, product_class, set(groups))
                ),
            )


def _is_given(arm: Arm, numbers: set[int], cells: set[int], product_class: str) -> bool:
    """Tell whether an arm is tied to the interventions, or to no cells while its label names the product."""
    if cells & arm.interventions:
        return bool(numbers & arm.interventions)
    labels = [p for p in arm.passages if p.section == "arm label"]
    return any(h.product_class == product_class for p in labels for h in heads(p))


def _names_another(arm: Arm, numbers: set[int], product_class: str, classes: set[str]) -> bool:
    """Tell whether an arm, tied to an intervention that stands for several products, names only another of them."""
    if not numbers & arm.interventions:
        return False
    named = {h.product_class for p in arm.passages for h in heads(p)} & classes
    return bool(named) and product_class not in named


def others_of(record: Record, regimen: Regimen) -> re.Pattern[str] | None:
    """Return what finds the names of the other interventions of a record, or nothing where it has none."""
    own = {one.number for one in regimen.interventions}
    named = " ".join(one.name for one in regimen.interventions).lower()
    names = [
        re.escape(short)
        for one in record.interventions
        if one.number not in own
        for p in one.passages
        if p.section != "intervention"
        for part in re.split(r"[()+,/;]|\band\b", p.text)
        if len(name := part.strip()) > 3 and not _CELL_WORD.search(name) and name.lower() not in named
        for short in (name, *(word for word in name.split()[:1] if len(word) >= _LONG_WORD and word != name))
    ]
    return re.compile(r"\b(?:" + "|".join(names) + r")", re.IGNORECASE) if names else None


def _absorbed(groups: dict[str, list[tuple[Intervention, Head]]]) -> None:
    """Take interventions that only say "cells" to the one product that the others name."""
    named = [name for name in groups if name != "other"]
    if "other" in groups and len(named) == 1:
        groups[named[0]] += groups.pop("other")


def _unique(listed: Iterable[Intervention]) -> Iterator[Intervention]:
    seen: set[int] = set()
    for one in listed:
        if one.number not in seen:
            seen.add(one.number)
            yield one


def _by_product(
    record: Record, product_class: str, members: list[tuple[Intervention, Head]]
) -> Iterator[list[tuple[Intervention, Head]]]:
    """Split interventions of one class whose names give them other donors or tissues."""
    keys = [_key(product_class, one, head) for one, head in members]
    if product_class in GRAFTS and len({tuple(donors) for donors, _ in keys}) > 1:
        told = [
            () if donors else _donors_told(record, head) for (donors, _), (_, head) in zip(keys, members, strict=True)
        ]
        keys = [
            ({f.value for f in facts} or donors, tissues) for facts, (donors, tissues) in zip(told, keys, strict=True)
        ]
    parts: list[tuple[set[str], set[str], list[tuple[Intervention, Head]]]] = []
    for (donors, tissues), member in sorted(zip(keys, members, strict=True), key=lambda one: not one[0][0]):
        # Without a donor in its name, a graft of blood stands with the patient's own.
        own_first = sorted(parts, key=lambda part: part[0] != {"autologous"}) if not donors else parts
        for known_donors, known_tissues, part in own_first:
            if agree(known_donors, donors) and (product_class in GRAFTS or agree(known_tissues, tissues)):
                known_donors |= donors
                known_tissues |= tissues
                part.append(member)
                break
        else:
            parts.append((set(donors), set(tissues), [member]))
    yield from (part for _, _, part in parts)


def _donors_told(record: Record, head: Head) -> tuple[Fact, ...]:
    """Return the one donor that the texts say of grafts of a tissue, where the name of an intervention has none."""
    tissue = head.entry.get("tissue")
    told = [
        Fact(
            value=m.entry["donor"],
            spots=(p.spot(m.start, m.end),),
            rule="donor of grafts of the same tissue",
            confidence=0.7,
        )
        for p in (*record.description, *record.summary)
        for h in heads(p, given=False)
        if tissue and h.product_class == head.product_class and h.entry.get("tissue") == tissue
        for m in p.mentions
        if m.kind == "donors" and m.entry["strength"] == "stated" and qualifies(p, m, h)
    ]
    return tuple(told[:1]) if len({fact.value for fact in told}) == 1 else ()


def _key(product_class: str, one: Intervention, head: Head) -> tuple[set[str], set[str]]:
    named = [p for p in one.passages if p.section == "name"] + [head.passage] * (head.passage.section == "intervention")
    donors = {f.value for p in named for f in linked(p, "donors", "donor", product_class)}
    tissues = {f.value for p in named for f in linked(p, "tissues", "tissue", product_class)}
    tissues |= set(filter(None, [head.entry.get("tissue")])) if head.passage.section == "name" else set()
    return (donors if len(donors) == 1 else set()), tissues


def agree(one: set[str], other: set[str]) -> bool:
    """Tell whether two sets have something in common, or one says nothing."""
    return not one or not other or bool(one & other)


def _tells(arm: Arm, named: list[Head], known: list[Regimen]) -> bool:
    """Tell whether an arm names a product, or only "transplant" where the record has no other cells."""
    if any(head.passage in arm.passages for head in named):
        return True
    return not known and any(h.generic for p in arm.passages if p.section == "arm label" for h in heads(p))


def _of_texts(record: Record, known: list[Regimen]) -> Iterator[Regimen]:
    """Yield the products that the protocol gives in its texts, where no intervention is registered for them."""
    classes = {regimen.product_class for regimen in known}
    for product_class, named in given_in_texts(record, besides=bool(known)).items():
        if product_class not in classes:
            arms = tuple(arm for arm in record.arms if _tells(arm, named, known))
            yield Regimen(product_class=product_class, heads=tuple(named), arms=arms)
