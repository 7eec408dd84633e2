"""Reads OBO 1.4 frame by frame, through fastobo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fastobo

from cellkg.errors import InputError

from .entries import PART_OF, Edge, Entry, opened
from .terms import Term

_PART_OF = {"part_of", PART_OF}


def version(file: Path) -> str:
    """Return the version that the header states, or nothing.

    Raises:
        InputError: the file does not begin as OBO does.
    """
    with _frames(file) as frames:
        for clause in frames.header():
            if clause.raw_tag() == "data-version":
                return str(clause.raw_value())
    return ""


def entries(file: Path) -> Iterator[Entry]:
    """Yield the terms and edges of a file in its order.

    Raises:
        InputError: a line is no OBO, or the file ends within a frame.
    """
    with _frames(file) as frames:
        for frame in frames:
            if isinstance(frame, (fastobo.term.TermFrame, fastobo.typedef.TypedefFrame)):
                yield from _of_frame(frame)


@contextmanager
def _frames(file: Path) -> Iterator[fastobo.FrameReader]:
    again = "fetch it again, or give OBO Graphs JSON"
    try:
        with opened(file) as stream:
            yield fastobo.iter(stream, threads=1)
    except SyntaxError as error:
        raise InputError(file, str(error.lineno or ""), f"no OBO: {error.msg}", again) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise InputError(file, "", f"no OBO: {error}", again) from None


def _of_frame(frame: fastobo.term.TermFrame | fastobo.typedef.TypedefFrame) -> Iterator[Entry]:
    curie, label, obsolete = str(frame.id), "", False
    use, consider, synonyms = [], [], []
    for clause in frame:
        tag = clause.raw_tag()
        if tag == "name":
            label = clause.name
        elif tag == "is_obsolete":
            obsolete = clause.obsolete
        elif tag == "replaced_by":
            use.append(str(clause.term))
        elif tag == "consider":
            consider.append(str(clause.term))
        elif tag == "synonym" and clause.synonym.scope == "EXACT":
            synonyms.append(clause.synonym.desc)
        elif tag == "is_a":
            yield Edge(child=curie, parent=str(clause.term))
        elif tag == "relationship" and str(clause.typedef) in _PART_OF:
            yield Edge(child=curie, parent=str(clause.term), whole=True)
    yield (
        curie,
        Term(
            label=label,
            obsolete=obsolete,
            use=tuple(use),
            consider=tuple(consider),
            synonyms=tuple(sorted(set(synonyms))),
        ),
    )
