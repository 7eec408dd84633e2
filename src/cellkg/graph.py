"""The graph in Python: open it, ask it, and take it to pandas, rdflib or networkx."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from rdflib import XSD, BNode, Dataset, Literal, URIRef

from cellkg.answers import Table, ask, ask_freely
from cellkg.catalogue import Column, catalogue, find_question
from cellkg.errors import UsageError
from cellkg.notebooks import Drawing, Triples, draw
from cellkg.protocol import Login
from cellkg.resources import built
from cellkg.store import Store, open_store

if TYPE_CHECKING:
    import networkx as nx


class CellGraph:
    """A built graph, or a remote one behind a SPARQL 1.1 endpoint."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def query(
        self, what: str, parameters: Mapping[str, str] | None = None, *, evidence: bool = False
    ) -> Table | Triples:
        """Answer a question of the catalogue by its name, or a SPARQL query.

        Returns typed rows; for CONSTRUCT and DESCRIBE an rdflib graph that a notebook shows as a network.

        Raises:
            NotFoundError: no question of that name.
            UsageError: an unknown parameter, or no SPARQL.
        """
        if what.replace("-", "").isalnum():
            return ask(self.store, find_question(what), parameters, evidence=evidence)
        if parameters or evidence:
            raise UsageError("parameters and evidence are for the questions of the catalogue")
        answer = ask_freely(self.store, what)
        return answer if isinstance(answer, Table) else _triples(answer)

    def questions(self) -> dict[str, str]:
        """Return every question of the catalogue: name and summary."""
        return {name: question.header.summary for name, question in catalogue().items()}

    def to_rdflib(self) -> Dataset:
        """Return everything as an rdflib dataset: the merge as default graph, each source as a named graph."""
        answer = self.store.query("SELECT ?g ?s ?p ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
        assert isinstance(answer, ox.QuerySolutions)
        dataset = Dataset()
        for row in answer:
            graph = dataset.default_graph if row["g"] is None else dataset.graph(_node(row["g"]))
            graph.add((_node(row["s"]), _node(row["p"]), _node(row["o"])))
        return dataset

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the graph as a readable network of studies, products, outcomes and what ties them."""
        from cellkg.projection import project

        return project(self.store)

    def draw(self, node: str, hops: int = 2) -> Drawing:
        """Return the network around a node, named by registry id, label, CURIE or IRI; a notebook shows it.

        Raises:
            NotFoundError: no such node.
        """
        from cellkg.projection import find_node, neighbourhood, project

        network = project(self.store)
        focus = find_node(network, node)
        return draw(neighbourhood(network, focus, hops), str(network.nodes[focus]["label"]), focus)

    def _repr_html_(self) -> str:
        rows = self.store.query(
            "PREFIX cellkg: <https://w3id.org/cellkg/vocab/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
            "SELECT ?class (COUNT(DISTINCT ?s) AS ?number) WHERE { ?s a ?type . ?type rdfs:label ?class . "
            "FILTER (STRSTARTS(STR(?type), STR(cellkg:))) } GROUP BY ?class ORDER BY DESC(?number) ?class"
        )
        assert isinstance(rows, ox.QuerySolutions)
        columns = (Column(name="class", type="string"), Column(name="number", type="int"))
        return Table(columns, [(row["class"].value, int(row["number"].value)) for row in rows])._repr_html_()


def open_graph(where: str | Path | None = None, login: Login | None = None) -> CellGraph:
    """Open a build folder or a remote store; by default the build that ``cellkg build`` made last.

    ``login`` is the name and the password for a remote store that wants them.

    Raises:
        NotFoundError: nothing was built, or published there, yet.
        NetworkError: the store does not answer.
    """
    return CellGraph(open_store(where if where is not None else built(), login))


def _node(term: object) -> Any:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    datatype = URIRef(term.datatype.value)
    plain = term.language is not None or datatype == XSD.string
    return Literal(term.value, lang=term.language, datatype=None if plain else datatype)


def _triples(triples: ox.QueryTriples) -> Triples:
    graph = Triples()
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    return graph
