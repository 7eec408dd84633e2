"""From statements to a network: what is a node, what is a link between two, and what is a fact on one.

- A *study* is one node whoever tells of it. Its *arms* and *cell products* are nodes of one source each: two
  sources that name the product of a study differently show as two products, side by side.
- A *product type* is shared by all studies, and types lead to their family: products of different studies are
  never one node, and still meet.
- An administration is folded into its arm: route, dose, site and times are facts there. An outcome measure or
  a result is folded into a link from the study to the outcome, its numbers into facts on both.
- Comparators, co-interventions, routes, tissues, devices, conditions, outcomes, events and organisations are
  shared. So is an instrument, where two outcomes use it.
- Status, phase, design, donor relation and the like would tie everything to everything: they are facts.
- A *source* is a node that leads to the studies it describes or lists; who says a fact stands in the fact.

Nothing is a fact or a link without a statement. One fact is computed, and shows the statements it is computed
from: ``product disputed``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
from rdflib import RDF, RDFS, SKOS

from cellkg.store import Store
from cellkg.vocabulary import CELLKG as C

from . import facts
from .statements import Said, Statements, read_statements

if TYPE_CHECKING:
    from cellkg.pages.network import Fact

Label = str
Links = dict[tuple[str, str, Label], set[str]]
"""Start, end and label of each link, with the sources that state it."""


class Way(NamedTuple):
    """A path of properties from a node of one kind that is drawn as one link to a node of another."""

    start: str
    steps: tuple[str, ...]
    end: str
    label: str
    word: str | None = None
    """A property of the last thing passed, whose word completes the label."""
    only: str | None = None
    """The class that the end must have."""


WAYS = (
    Way("Study", (C.hasArm,), "Arm", "has arm"),
    Way("Arm", (C.hasAdministration, C.ofProduct), "Cell product", "is given", only=C.CellProduct),
    Way("Arm", (C.hasAdministration, C.ofProduct, C.comparatorType), "Comparator", "is given"),
    Way("Arm", (C.hasAdministration, C.ofProduct, C.coInterventionType), "Co-intervention", "is given too"),
    Way("Arm", (C.hasAdministration, C.route), "Route", "by route"),
    Way("Study", (C.makesProduct,), "Cell product", "makes"),
    Way("Study", (C.hasIntendedUse, C.ofProduct), "Cell product", "means to give later", only=C.CellProduct),
    Way("Study", (C.hasIntendedUse, C.route), "Route", "means to give later by route"),
    Way("Cell product", (C.productType,), "Product type", "is named as"),
    Way("Cell product", (C.tissueSource,), "Tissue", "is made from"),
    Way("Cell product", (C.hasProcessing, C.processing), "Device", "is made with"),
    Way("Product type", (C.tissueOfType,), "Tissue", "is always made from"),
    Way("Study", (C.condition,), "Condition", "for condition"),
    Way("Study", (C.hasOutcomeMeasure, C.outcome), "Outcome", "plans", C.rank),
    Way("Study", (C.hasResult, C.outcome), "Outcome", "reports", C.statedDirection),
    Way("Study", (C.hasResult, C.adverseEvent), "Adverse event", "reports"),
    Way("Outcome", (C.instrument,), "Instrument", "is measured by"),
    Way("Study", (C.hasSponsorship, C.organisation), "Sponsor", "sponsorship", C.printedAs),
    Way("Study", (C.possiblySameStudyAs,), "Study", "is possibly the same as"),
    Way("Report", (C.reports,), "Study", "is about"),
)
"""The ways in the order in which they are walked: a node is reached before one starts from it."""

_SCHEME = re.compile(r"^https?://(www\.)?")
_OWNED = {"Arm", "Cell product", "Report"}
_NARROWER = {"Product type", "Condition", "Device", "Tissue"}
_BROADER = (SKOS.broader, RDFS.subClassOf)
_FACTS: dict[str, Callable[[Statements, str], Iterator[facts.About]]] = {
    "Study": facts.study_facts,
    "Arm": facts.arm_facts,
    "Cell product": facts.product_facts,
    "Report": facts.report_facts,
    "Source": facts.source_facts,
}


def project(store: Store) -> nx.MultiDiGraph[str]:
    """Return the whole graph as a network, nodes by IRI.

    A node has ``label``, ``kind`` and ``facts``; a link has ``label`` and the titles of its ``sources``. Two
    links between the same nodes with the same label are one. Two queries are asked, whatever the size of the
    store.

    Raises:
        NetworkError: a remote store failed.
    """
    told = read_statements(store)
    kinds: dict[str, str] = {}
    owners: dict[str, str] = {}
    links: Links = defaultdict(set)
    for kind, start in ((C.Study, "Study"), (C.Report, "Report")):
        kinds.update(dict.fromkeys(told.instances(kind), start))
    for way in WAYS:
        _walk(told, way, kinds, owners, links)
    _tell_sources(told, kinds, links)
    _tell_families(told, kinds, links)
    _tell_devices_apart(told, kinds)
    _drop_private_instruments(kinds, links)
    return _network(told, kinds, _labels(told, kinds, owners), links)


def _walk(told: Statements, way: Way, kinds: dict[str, str], owners: dict[str, str], links: Links) -> None:
    """Add the links of one way, and the nodes it reaches; a node keeps the kind that it got first."""
    for start in [node for node, kind in kinds.items() if kind == way.start]:
        for said in told.along(start, *way.steps):
            if way.only and not told.is_a(said.value, way.only):
                continue
            kinds.setdefault(said.value, way.end)
            links[start, said.value, _completed(told, way, said)].add(told.source_name(said.source))
            if way.end in _OWNED:
                owners[said.value] = owners.get(start, start)
            elif way.start in _OWNED and way.end == "Study":
                owners[start] = said.value


def _completed(told: Statements, way: Way, said: Said) -> str:
    words = [told.word(each) for each in told.of(said.subject, way.word)] if way.word else []
    return f"{way.label} ({', '.join(words)})" if words else way.label


def _tell_sources(told: Statements, kinds: dict[str, str], links: Links) -> None:
    """Add each source of the graph, and links to the studies it lists or describes."""
    for source in told.instances(C.Source):
        kinds[source] = "Source"
        for said in told.along(source, C.hasList, C.lists):
            kinds.setdefault(said.value, "Study")
            links[source, said.value, "lists"].add(told.source_name(source))
    for study in told.instances(C.Study):
        for source in {said.source for said in told.of(study, RDF.type)}:
            if (source, study, "lists") not in links and source in kinds:
                links[source, study, "describes"].add(told.source_name(source))


def _tell_families(told: Statements, kinds: dict[str, str], links: Links) -> None:
    """Add the families of product types, and links from a term to the nearest broader nodes."""
    for node in [node for node, kind in kinds.items() if kind == "Product type"]:
        for said in told.of(node, SKOS.broader):
            kinds.setdefault(said.value, "Product type")
    for node in [node for node, kind in kinds.items() if kind in _NARROWER]:
        for said in _nearest_broader(told, node, kinds):
            links[node, said.value, "is a kind of"].add(told.source_name(said.source))


def _tell_devices_apart(told: Statements, kinds: dict[str, str]) -> None:
    """Give what makes a product the kind that it is stated to be: a culture procedure is no device."""
    for node in [node for node, kind in kinds.items() if kind == "Device"]:
        for said in told.of(node, C.processingKind):
            kinds[node] = told.word(said).capitalize()


def _nearest_broader(told: Statements, node: str, kinds: dict[str, str]) -> Iterator[Said]:
    """The statements that lead from a term up to a node, without passing another."""
    seen, at = {node}, [node]
    while at:
        above = [said for each in at for said in told.of(each, *_BROADER) if said.value not in seen]
        seen |= {said.value for said in above}
        yield from (said for said in above if said.value in kinds)
        at = [said.value for said in above if said.value not in kinds]


def _drop_private_instruments(kinds: dict[str, str], links: Links) -> None:
    """Leave out the instruments of a single outcome: it bears their name, and has them as a fact."""
    outcomes = Counter(end for _, end, _ in links if kinds[end] == "Instrument")
    private = {node for node, kind in kinds.items() if kind == "Instrument" and outcomes[node] == 1}
    for link in [link for link in links if link[1] in private]:
        del links[link]
    for node in private:
        del kinds[node]


def _network(told: Statements, kinds: dict[str, str], labels: dict[str, str], links: Links) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    on = _facts(told, kinds)
    for node in sorted(kinds):
        graph.add_node(node, label=labels[node], kind=kinds[node], facts=on[node])
    for start, end, label in sorted(links):
        graph.add_edge(start, end, label=label, sources=sorted(links[start, end, label]))
    return graph


def _facts(told: Statements, kinds: dict[str, str]) -> dict[str, list[Fact]]:
    on: dict[str, list[Fact]] = defaultdict(list)
    for node, kind in sorted(kinds.items(), key=lambda item: (item[1] != "Study", item[0])):
        for about, fact in _FACTS.get(kind, facts.term_facts)(told, node):
            if fact not in on[about]:
                on[about].append(fact)
    return on


def _labels(told: Statements, kinds: dict[str, str], owners: dict[str, str]) -> dict[str, str]:
    """A name for each node; namesakes are told apart by their study, then their source, then a number."""
    labels = {node: _own_name(told, node, kind, owners.get(node, "")) for node, kind in kinds.items()}
    for complete in (_study_of, _source_of):
        for node in _namesakes(labels):
            more = complete(told, node, owners)
            if more and more not in labels[node]:
                labels[node] += f" · {more}"
    numbers: Counter[str] = Counter()
    for node in sorted(_namesakes(labels)):
        numbers[labels[node].casefold()] += 1
        labels[node] += f" · {numbers[labels[node].casefold()]}"
    return labels


def _own_name(told: Statements, node: str, kind: str, study: str) -> str:
    if kind == "Arm":
        names = [told.word(said) for said in told.of(node, C.name)]
        roles = [told.word(said) for said in told.of(node, C.groupRole)]
        return names[0] if names else f"{_group(*roles)}{f' · {told.name(study)}' if study else ''}"
    if kind == "Cell product":
        named = told.of(node, C.cellLabel)[:1] + told.of(node, C.productType)[:1]
        words = [said.proofs[0].as_written if said.proofs else told.word(said) for said in named]
        return f"{(words or ['cell product'])[0]}{f' · {told.name(study)}' if study else ''}"
    if kind == "Report":
        cited = next((said.value for said in told.of(node, C.citation)), told.name(node))
        return _SCHEME.sub("", cited)
    return told.name(node)


def _group(role: str = "", *_: str) -> str:
    """What a group is called by its role.

    >>> _group("experimental"), _group("patients of a report"), _group()
    ('experimental arm', 'patients of a report', 'arm')
    """
    return role if " " in role else f"{role} arm".strip()


def _study_of(told: Statements, node: str, owners: dict[str, str]) -> str:
    return told.name(owners[node]) if node in owners else ""


def _source_of(told: Statements, node: str, owners: dict[str, str]) -> str:
    sources = [said.source for said in told.of(node, RDF.type)] if node in owners else []
    return next((said.value for source in sources for said in told.of(source, C.sourceKey)), "")


def _namesakes(labels: dict[str, str]) -> Iterable[str]:
    count = Counter(label.casefold() for label in labels.values())
    return [node for node, label in labels.items() if count[label.casefold()] > 1]
