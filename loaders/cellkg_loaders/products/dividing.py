"""Regimens whose arms are given the same class of cells otherwise: by another route, of another donor or tissue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .contexts import is_background, is_negated, is_route
from .heads import heads
from .levels import fact_at
from .linking import linked
from .outlined_arms import by_outline
from .passages import Passage
from .readings import Fact
from .regimens import GRAFTS, Regimen, agree, others_of
from .study import Arm, Record

_UNMODIFIED = re.compile(
    r"\b(?:unmodified|unpurged|untransduced|unmanipulated|untreated|unselected)\s+(?:autologous\s+|allogeneic\s+)?"
    r"(?:peripheral|pbsc|pbpc|stem cells?|marrow|bone marrow|cells|hematopoietic|graft)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:infus\w*|reinfus\w*|transplant\w*|given|receiv\w*)\b", re.IGNORECASE)
_MODIFIED = re.compile(
    r"\b(?:purged|transduced|gene[- ]modified|retrovir\w+|treated PBSC|CD34\+?[- ](?:selected|cells isolated|"
    r"enriched))",
    re.IGNORECASE,
)
_TREATED = re.compile(r"\b(?:in vitro[- ]treated|purged|transduced|gene|modified|selected)\b", re.IGNORECASE)
PLAIN = "graft without treatment"
_SEVERAL = 2
_DONORS = ({"autologous"}, {"allogeneic"}, {"xenogeneic"})


def divided(record: Record, regimens: Iterable[Regimen]) -> list[Regimen]:
    """Return the regimens with those divided whose arms differ in donor, tissue, treatment or route."""
    known = (replace(one, others=others_of(record, one)) for one in regimens)
    treated = [part for one in known for each in _by_treatment(record, one) for part in by_outline(record, each)]
    return [
        part
        for one in treated
        for source in _by_source(one, randomised=record.randomised)
        for part in _by_route(source)
    ]


def _by_treatment(record: Record, regimen: Regimen) -> Iterator[Regimen]:
    """Split a graft of which the outline gives a part, or gives in an arm, as it was harvested."""
    plain = _unmodified(record) if regimen.product_class in GRAFTS else None
    if plain is None:
        yield regimen
        return
    names = {one.number for one in regimen.interventions if _TREATED.search(one.name)}
    treated = tuple(one for one in regimen.interventions if one.number in names)
    others = tuple(one for one in regimen.interventions if one.number not in names)
    yield replace(regimen, interventions=treated or regimen.interventions)
    yield replace(regimen, interventions=others or regimen.interventions, manipulations=(plain,))


def _unmodified(record: Record) -> Fact | None:
    """Return the words by which an outline gives a graft unmodified, where it gives a modified one too."""
    for passage in (*record.description, *record.summary):
        for sentence in passage.sentences:
            match = _UNMODIFIED.search(sentence.text)
            given = match and _GIVEN.search(sentence.text) and not is_background(sentence)
            if match and given and _MODIFIED.search(passage.text):
                spot = passage.spot(sentence.start + match.start(), sentence.start + match.end())
                return Fact(value="minimally manipulated", spots=(spot,), rule=PLAIN, confidence=0.5, kind="derived")
    return None


def _by_source(regimen: Regimen, *, randomised: bool) -> Iterator[Regimen]:
    """Split a regimen whose arms each say one donor or tissue, and not all the same."""
    for kind, read in (("donors", _donors_of), ("tissues", _tissues_of)):
        if kind == "tissues" and regimen.product_class in GRAFTS:
            if not randomised or len(regimen.arms) < _SEVERAL:
                continue
            read = _named_by_interventions
        said = {arm.number: read(regimen, arm) for arm in regimen.arms}
        if kind == "tissues" and regimen.product_class in GRAFTS and any(len(each) != 1 for each in said.values()):
            continue
        values = {number: {fact.value for fact in facts} for number, facts in said.items()}
        if any(len(one) > 1 for one in values.values()) or len(set().union(*values.values(), set())) < 2:
            continue
        for value, arms in _grouped(regimen.arms, values):
            facts = tuple(f for arm in arms for f in said[arm.number] if f.value in value)[:1]
            yield replace(_part(regimen, arms), **{kind: facts})  # type: ignore[arg-type]
        return
    yield regimen


def _grouped(arms: Iterable[Arm], values: dict[int, set[str]]) -> list[tuple[set[str], list[Arm]]]:
    """Return the arms by what they say; an arm that says nothing stands with the first that it agrees with."""
    parts: list[tuple[set[str], list[Arm]]] = []
    for arm in sorted(arms, key=lambda arm: not values[arm.number]):
        for known, members in parts:
            if agree(known, values[arm.number]):
                known |= values[arm.number]
                members.append(arm)
                break
        else:
            parts.append((set(values[arm.number]), [arm]))
    return [(known, sorted(members, key=lambda arm: arm.number)) for known, members in parts]


def _donors_of(regimen: Regimen, arm: Arm) -> list[Fact]:
    """Return the donors that an arm says of its cells."""
    beside = [f for p in arm.passages for f in linked(p, "donors", "donor", regimen.product_class)]
    stated = {m.entry["donor"] for p in arm.passages for m in p.mentions if m.kind == "donors" and not is_negated(p, m)}
    return beside if {fact.value for fact in beside} in _DONORS and len(stated) == 1 else []


def _tissues_of(regimen: Regimen, arm: Arm) -> list[Fact]:
    """Return the tissues that an arm says of its cells, in the product's name or beside it."""
    found = [f for p in arm.passages for f in linked(p, "tissues", "tissue", regimen.product_class)]
    for passage in arm.passages:
        for head in heads(passage):
            if head.product_class == regimen.product_class and head.entry.get("tissue"):
                said = head.entry["tissue"].split("|")
                found += [fact_at(passage, head.mention, one, "tissue in the product's name", 0.9) for one in said]
    return found


def _named_by_interventions(regimen: Regimen, arm: Arm) -> list[Fact]:
    """Return each tissue in the names of the grafts that an arm is tied to, once."""
    own = (p for one in regimen.interventions if one.number in arm.interventions for p in one.passages[:1])
    named = (h for p in own for h in heads(p) if h.product_class == regimen.product_class)
    facts = [
        fact_at(h.passage, h.mention, said, "tissue of an arm", 0.8)
        for h in named
        for said in (h.entry.get("tissue") or "").split("|")
        if said
    ]
    return list({fact.value: fact for fact in facts}.values())


def _by_route(regimen: Regimen) -> Iterator[Regimen]:
    """Split a regimen whose arms give the product by other routes."""
    if regimen.product_class in GRAFTS:
        yield regimen
        return
    parts: list[tuple[set[str], list[Arm]]] = []
    labelled = len(regimen.arms) > 1 and all(_labelled(regimen, arm) for arm in regimen.arms)
    for arm in regimen.arms:
        routes = _labelled(regimen, arm) if labelled else _routes_of(regimen, arm)
        for known, arms in parts:
            if routes == known if labelled else not routes or not known or routes & known:
                known |= routes
                arms.append(arm)
                break
        else:
            parts.append((routes, [arm]))
    if len(parts) < 2:
        yield regimen
        return
    for routes, arms in parts:
        yield replace(_part(regimen, arms), split=frozenset(routes))


def _part(regimen: Regimen, arms: list[Arm]) -> Regimen:
    """Return the part of a regimen that some of its arms give, with what they share with the others."""
    given = frozenset().union(*(arm.interventions for arm in arms))
    kept = tuple(one for one in regimen.interventions if one.number in given) or regimen.interventions
    others = {number for arm in regimen.arms if arm not in arms for number in arm.interventions}
    shared = frozenset(
        p.pointer for one in kept if one.number in others or one.number not in given for p in one.passages
    )
    places = {p.pointer for one in kept for p in one.passages} | {p.pointer for arm in arms for p in arm.passages}
    named = tuple(h for h in regimen.heads if h.passage.pointer in places) or regimen.heads
    return replace(regimen, heads=named, arms=tuple(arms), interventions=kept, shared=shared | regimen.shared)


def _labelled(regimen: Regimen, arm: Arm) -> set[str]:
    return _strong_routes(regimen, [p for p in arm.passages if p.section == "arm label"])


def _routes_of(regimen: Regimen, arm: Arm) -> set[str]:
    own = [one for one in regimen.interventions if one.number in arm.interventions]
    shared = [one for one in own if sum(one.number in other.interventions for other in regimen.arms) > 1]
    texts = [*arm.passages, *(p for one in own if one not in shared for p in one.passages)]
    labels = [p for p in texts if p.section in ("arm label", "name")]
    return _strong_routes(regimen, labels) or _strong_routes(regimen, texts)


def _strong_routes(regimen: Regimen, passages: list[Passage]) -> set[str]:
    """Return the routes in texts; those of a label that names another drug may be of that."""
    return {
        m.entry["route"]
        for p in passages
        if not (p.section == "arm label" and regimen.others and regimen.others.search(p.text))
        for m in p.mentions
        if m.kind == "routes" and not m.entry["weak"] and is_route(p, m)
    }
