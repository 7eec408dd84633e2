"""Brings one slice to a release of its ontology, and the term lists with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import RDFS, Graph

from cellkg.errors import DataError, InputError, InputErrors
from cellkg.identifiers import compress
from cellkg.swapping import swap_in

from .plan import Slice
from .release import Release, open_release
from .seeds import OBSOLETE, TERMS, Seed, obsolete_text, read_obsolete, read_seeds, seeds_text
from .terms import Corrected, Ontology, Term, chosen
from .writing import Head, Origin, render

_PARTS = (
    "skos:broader is every direct is_a or part_of (BFO:0000050) parent; rdfs:subClassOf is is_a alone",
    "no definitions, no other axioms",
)
_MOST_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What an update made of a slice."""

    name: str
    version: str
    terms: int
    changed: bool
    obsolete: dict[str, str]
    """Terms that became obsolete, with the term to use instead, which may be empty."""
    notes: list[str] = field(default_factory=list)


def update(
    plan: Slice, file: Path, said: str, folder: Path, uses: Callable[[str], Iterable[str]], *, strict: bool
) -> Updated:
    """Write the slice of a release into ``folder``, which holds the slices and their lists; ``said`` names the release.

    A seed that became obsolete goes to ``obsolete.tsv`` and its replacement takes its place in ``terms.tsv``; a label
    that changed is taken over. ``uses`` tells where our own files name a term; with ``strict``, an obsolete one among
    them stops the update, for somebody who cannot mend these files.

    Raises:
        InputError: the release cannot be read.
        InputErrors: seeds that the release does not have.
        DataError: a term that cellkg itself uses is obsolete, and ``strict``.
    """
    with open_release(file, plan.prefix, parts=plan.parts) as release:
        work = _Work(plan, release, folder, said)
        work.review()
        used = {curie: at for curie in sorted(work.obsolete) if (at := ", ".join(sorted(uses(curie))))}
        if strict and used:
            named = "; ".join(f"{curie} in {at}" for curie, at in used.items())
            raise DataError(f"this cellkg uses what {release.version} makes obsolete: {named}; wait for a newer cellkg")
        work.notes += [f"{curie} is obsolete and still used: {at}" for curie, at in used.items()]
        texts = work.texts()
    changed = [swap_in(folder / name, text.encode()) for name, text in texts.items()]
    return Updated(
        name=plan.name,
        version=release.version,
        terms=work.number,
        changed=any(changed),
        obsolete=work.obsolete,
        notes=work.notes,
    )


class _Work:
    """One update: the lists before and after, and what there is to tell."""

    def __init__(self, plan: Slice, release: Release, folder: Path, said: str) -> None:
        self._plan, self._release, self._folder, self._said = plan, release, folder, said
        self._seeds = read_seeds(folder / TERMS)
        self._known_obsolete = read_obsolete(folder / OBSOLETE)
        self.obsolete: dict[str, str] = {}
        self.notes: list[str] = []
        self.number = 0

    def review(self) -> None:
        """Hold the seeds and the terms of the slice before against the release."""
        own = [seed for seed in self._seeds if seed.prefix == self._plan.prefix]
        found = {seed.curie: self._release.get(seed.curie) for seed in own}
        if vanished := [seed for seed in own if found[seed.curie] is None]:
            raise InputErrors([self._vanished(seed) for seed in vanished])
        kept = {seed.curie: seed for seed in self._seeds}
        for seed in own:
            term = found[seed.curie]
            assert term is not None
            if term.obsolete:
                self._retire(seed.curie, term)
                del kept[seed.curie]
                self._take_replacement(seed, kept)
            elif term.label and term.label != seed.label:
                self.notes.append(f"{seed.curie} is now {term.label!r}, was {seed.label!r}")
                kept[seed.curie] = replace(seed, label=term.label)
        self._seeds = list(kept.values())
        for curie in _terms_of(self._folder / f"{self._plan.name}.ttl", self._plan.prefix):
            before = self._release.get(curie)
            if before is not None and before.obsolete and curie not in self.obsolete:
                self._retire(curie, before)

    def texts(self) -> dict[str, str]:
        """Return the files as they are to be, by name."""
        corrected = Corrected(self._release, self._plan)
        seeds = [seed.curie for seed in self._seeds if seed.prefix == self._plan.prefix]
        ontology: Ontology = corrected if self._plan.hierarchy else self._release
        terms = chosen(self._plan, seeds, ontology)
        self.number = len(terms)
        self.notes += corrected.gone() if self._plan.hierarchy else ()
        retired = {**self._known_obsolete, **self.obsolete}
        return {
            OBSOLETE: obsolete_text({curie: self.obsolete.get(use, use) for curie, use in retired.items()}),
            TERMS: seeds_text(self._seeds),
            f"{self._plan.name}.ttl": render(self._head(terms), terms),
        }

    def _vanished(self, seed: Seed) -> InputError:
        file, _, line = seed.place.partition(":")
        found = f"{seed.curie} ({seed.label}) is not in {self._said}, release {self._release.version}"
        return InputError(file, line, found, "nothing was changed: check the id, or whether the release is whole")

    def _retire(self, curie: str, term: Term) -> None:
        use = _replacement(self._release, term)
        self.obsolete[curie] = use
        told = f"use {use}" if use else "no replacement is named"
        if not use and term.consider:
            told += f", consider {', '.join(term.consider)}"
        self.notes.append(f"{curie} ({term.label}) became obsolete: {told}")

    def _take_replacement(self, seed: Seed, kept: dict[str, Seed]) -> None:
        use = self.obsolete[seed.curie]
        if not use or use in kept:
            return
        term = self._release.get(use)
        if term is None:
            self.notes.append(f"{use} is of another ontology: add it to {TERMS} and update that one")
        else:
            kept[use] = replace(
                seed, curie=use, label=term.label, note="; ".join(filter(None, (seed.note, f"replaces {seed.curie}")))
            )

    def _head(self, terms: Mapping[str, Term]) -> Head:
        plan, version = self._plan, self._release.version
        origin = Origin(
            prefix=plan.prefix,
            title=plan.ontology,
            source=plan.release.format(version),
            version=version,
            licence=plan.licence,
        )
        return Head(
            name=plan.name,
            title=plan.title,
            made=f"`cellkg ontology update` from {TERMS} and {self._said}",
            origins=(origin,),
            changes=plan.changes(_PARTS if plan.parts else ()),
            hierarchy=plan.hierarchy,
            parts=plan.parts,
            demoted=any(term.related for term in terms.values()),
        )


def own_uses(files: Iterable[Path]) -> Callable[[str], Iterator[str]]:
    """Return what tells where a term is named in files, as CURIE or as the end of an IRI."""
    texts = [(file.name, file.read_text(encoding="utf-8").splitlines()) for file in files]

    def uses(curie: str) -> Iterator[str]:
        prefix, _, local = curie.partition(":")
        named = re.compile(rf"\b{prefix}[:_]{local}\b")
        for name, lines in texts:
            yield from (f"{name}:{number}" for number, line in enumerate(lines, start=1) if named.search(line))

    return uses


def _replacement(release: Release, term: Term) -> str:
    """Follow replacements until one that is current; an empty string where there is none."""
    for _ in range(_MOST_STEPS):
        if len(term.use) != 1:
            return ""
        after = release.get(term.use[0])
        if after is None or not after.obsolete:
            return term.use[0]
        term = after
    return ""


def _terms_of(file: Path, prefix: str) -> list[str]:
    if not file.is_file():
        return []
    labelled = (compress(str(iri)) for iri in Graph().parse(file).subjects(RDFS.label))
    return sorted(curie for curie in labelled if curie.startswith(f"{prefix}:"))
