"""A comparison as a fragment of HTML: each value leads to its node, each source to its record."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from .forest import Link
from .plots import node_of
from .records import Comparison
from .tables import short_record


def html_fragment(comparison: Comparison, link: Link = node_of) -> str:
    """Return the rows as a section with its notes; ``link`` gives the address of the value of a row."""
    environment = Environment(
        loader=PackageLoader("cellkg.comparing"), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    rows = [(row, short_record(row)) for row in comparison.rows]
    names = list(rows[0][1]) if rows else []
    template = environment.get_template("comparison.html")
    return template.render(comparison=comparison, names=names, rows=rows, link=link)
