"""From interventions that are cells to regimens: one for each product, route and set of arms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .contexts import is_route
from .deciding import Judged
from .heads import Head, heads
from .linking import linked
from .outlines import given_in_texts
from .passages import Passage
from .study import Arm, Intervention, Record

_WITHOUT = ("PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION")
_GRAFTS = ("HSC graft",)
_CELL_WORD = re.compile(r"cell|\bmsc|marrow|transplant|infusion|injection|therapy|treatment", re.IGNORECASE)


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
    regimens = [part for regimen in regimens for part in _by_route(regimen)]
    classes = [regimen.product_class for regimen in regimens]
    return [replace(one, sole=len(set(classes)) == 1, others=_others(record, one)) for one in regimens]


def _of_interventions(record: Record, judged: tuple[Judged, ...]) -> Iterator[Regimen]:
    groups: dict[str, list[tuple[Intervention, Head]]] = defaultdict(list)
    for one in judged:
        for head in one.heads:
            groups[head.product_class or "other"].append((one.intervention, head))
    if len(groups) > 1 and all(head.generic for _, head in groups.get("other", [(None, None)]) if head):
        _absorbed(groups)
    for product_class, members in groups.items():
        for part in _by_product(product_class, members):
            numbers = {one.number for one, _ in part}
            cells = {one.intervention.number for one in judged if one.heads}
            yield Regimen(
                product_class=product_class,
                heads=tuple(head for _, head in part),
                interventions=tuple(_unique(one for one, _ in part)),
                arms=tuple(
                    arm
                    for arm in record.arms
                    if arm.kind not in _WITHOUT and _is_given(arm, numbers, cells, product_class)
                ),
            )


def _is_given(arm: Arm, numbers: set[int], cells: set[int], product_class: str) -> bool:
    """Tell whether an arm is tied to the interventions, or to no cells while its label names the product."""
    if cells & arm.interventions:
        return bool(numbers & arm.interventions)
    labels = [p for p in arm.passages if p.section == "arm label"]
    return any(h.product_class == product_class for p in labels for h in heads(p))


def _others(record: Record, regimen: Regimen) -> re.Pattern[str] | None:
    own = {one.number for one in regimen.interventions}
    names = [
        re.escape(name)
        for one in record.interventions
        if one.number not in own
        for p in one.passages
        if p.section != "intervention"
        for part in re.split(r"[()+,/;]|\band\b", p.text)
        if len(name := part.strip()) > 3 and not _CELL_WORD.search(name)
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
    product_class: str, members: list[tuple[Intervention, Head]]
) -> Iterator[list[tuple[Intervention, Head]]]:
    """Split interventions of one class whose names give them other donors or tissues."""
    keys = [_key(product_class, one, head) for one, head in members]
    parts: list[tuple[set[str], set[str], list[tuple[Intervention, Head]]]] = []
    for (donors, tissues), member in sorted(zip(keys, members, strict=True), key=lambda one: not one[0][0]):
        # Without a donor in its name, a graft of blood stands with the patient's own.
        own_first = sorted(parts, key=lambda part: part[0] != {"autologous"}) if not donors else parts
        for known_donors, known_tissues, part in own_first:
            if _agree(known_donors, donors) and (product_class in _GRAFTS or _agree(known_tissues, tissues)):
                known_donors |= donors
                known_tissues |= tissues
                part.append(member)
                break
        else:
            parts.append((set(donors), set(tissues), [member]))
    yield from (part for _, _, part in parts)


def _key(product_class: str, one: Intervention, head: Head) -> tuple[set[str], set[str]]:
    named = [p for p in one.passages if p.section == "name"] + [head.passage] * (head.passage.section == "intervention")
    donors = {f.value for p in named for f in linked(p, "donors", "donor", product_class)}
    tissues = {f.value for p in named for f in linked(p, "tissues", "tissue", product_class)}
    tissues |= set(filter(None, [head.entry.get("tissue")])) if head.passage.section == "name" else set()
    return (donors if len(donors) == 1 else set()), tissues


def _agree(one: set[str], other: set[str]) -> bool:
    return not one or not other or bool(one & other)


def _of_texts(record: Record, known: list[Regimen]) -> Iterator[Regimen]:
    """Yield the products that the protocol gives in its texts, where no intervention is registered for them."""
    classes = {regimen.product_class for regimen in known}
    for product_class, named in given_in_texts(record, besides=bool(known)).items():
        if product_class not in classes:
            arms = tuple(arm for arm in record.arms if any(head.passage in arm.passages for head in named))
            yield Regimen(product_class=product_class, heads=tuple(named), arms=arms)


def _by_route(regimen: Regimen) -> Iterator[Regimen]:
    """Split a regimen whose arms give the product by other routes."""
    if regimen.product_class in _GRAFTS:
        yield regimen
        return
    parts: list[tuple[set[str], list[Arm]]] = []
    for arm in regimen.arms:
        routes = _routes_of(regimen, arm)
        for known, arms in parts:
            if not routes or not known or routes & known:
                known |= routes
                arms.append(arm)
                break
        else:
            parts.append((routes, [arm]))
    if len(parts) < 2:
        yield regimen
        return
    for routes, arms in parts:
        given = frozenset().union(*(arm.interventions for arm in arms))
        kept = tuple(one for one in regimen.interventions if one.number in given) or regimen.interventions
        others = {number for arm in regimen.arms if arm not in arms for number in arm.interventions}
        shared = frozenset(
            p.pointer for one in kept if one.number in others or one.number not in given for p in one.passages
        )
        places = {p.pointer for one in kept for p in one.passages} | {p.pointer for arm in arms for p in arm.passages}
        named = tuple(h for h in regimen.heads if h.passage.pointer in places) or regimen.heads
        yield replace(
            regimen, heads=named, arms=tuple(arms), interventions=kept, split=frozenset(routes), shared=shared
        )


def _routes_of(regimen: Regimen, arm: Arm) -> set[str]:
    own = [one for one in regimen.interventions if one.number in arm.interventions]
    shared = [one for one in own if sum(one.number in other.interventions for other in regimen.arms) > 1]
    texts = [*arm.passages, *(p for one in own if one not in shared for p in one.passages)]
    labels = [p for p in texts if p.section in ("arm label", "name")]
    return _strong_routes(labels) or _strong_routes(texts)


def _strong_routes(passages: list[Passage]) -> set[str]:
    return {
        m.entry["route"]
        for p in passages
        for m in p.mentions
        if m.kind == "routes" and not m.entry["weak"] and is_route(p, m)
    }
