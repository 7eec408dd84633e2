"""Queries that ask nobody else: SERVICE is refused, and no text that goes to a store can be read as one.

The tokens are those of the grammar (https://www.w3.org/TR/sparql11-query/#sparqlGrammar). Where the word occurs at
all, the text is written anew without comments and with the word spelled by escapes in strings and IRIs: what is left
of it stands in names of variables and things, where no parser finds a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from cellkg.errors import UsageError

_WORD = re.compile("service", re.IGNORECASE)
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[\w:]|{_ESCAPE})(?:(?:[\w:.·-]|{_ESCAPE})*(?:[\w:·-]|{_ESCAPE}))?"
_IN_IRI = r"[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_KINDS = {
    "comment": r"#[^\r\n]*",
    "long": r"\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}",
    "short": r"\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*'",
    "iri": rf"<(?:{_IN_IRI})*>",
    "variable": r"[?$]\w+",
    "tag": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*",
    "blank": r"_:[\w.-]*\w",
    "name": rf"(?P<prefix>[^\W\d_](?:[\w.-]*[\w-])?)?:(?:{_LOCAL})?",
    "word": r"\w+",
    "space": r"\s+",
    "sign": r".",
}
_TOKENS = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _KINDS.items()), re.DOTALL)
_CODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_OF_THE_WEB = re.compile("<(https?://|urn:)", re.IGNORECASE)
_EXTENSIONS = {"bif", "sql"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_REFUSED = (
    "the query asks another endpoint by SERVICE, which cellkg never does for a query; `cellkg federate` asks public "
    "endpoints and keeps their rows (`cellkg federate --list`), or ask that endpoint with --store URL"
)


def without_service(sparql: str) -> str:
    r"""Return a query that no store can read as one with SERVICE.

    A query without the word is returned as it is.

    >>> print(without_service("SELECT * { ?s ?p 'service' } # SERVICE <http://example.org/>"))
    SELECT * { ?s ?p '\u0073ervice' }

    Raises:
        UsageError: the query has SERVICE, or a prefix with that word in it.
    """
    if not _WORD.search(sparql):
        return sparql
    return "".join(_safe(token) for token in _TOKENS.finditer(sparql)).strip()


def query_form(sparql: str) -> str | None:
    r"""Return SELECT, ASK, CONSTRUCT or DESCRIBE: the form that a query has; None when it has none.

    >>> query_form("PREFIX select: <http://example.org/> # SELECT\nask { select:a ?p ?o }")
    'ASK'
    """
    words = (token[0].upper() for token in _TOKENS.finditer(sparql) if token.lastgroup == "word")
    return next((word for word in words if word in _FORMS), None)


def names_dataset(sparql: str) -> bool:
    """Tell whether a query names its dataset by FROM.

    >>> names_dataset("SELECT * FROM <http://example.org/> { ?from ?p 'from' }"), names_dataset("ASK { ?s ?p ?from }")
    (True, False)
    """
    return any(token[0].upper() == "FROM" for token in _TOKENS.finditer(sparql) if token.lastgroup == "word")


def named_graphs(sparql: str) -> list[str]:
    r"""Return what a query names after GRAPH, as it writes it: variables, IRIs in brackets, or names with a prefix.

    >>> named_graphs("ASK { GRAPH <http://example.org/a> { ?s ?p ?o } GRAPH # GRAPH ?a\n ?g { ?s ?p 'GRAPH ?b' } }")
    ['<http://example.org/a>', '?g']
    """
    return [
        name[0] for word, name in pairwise(_read(sparql)) if word.lastgroup == "word" and word[0].upper() == "GRAPH"
    ]


def without_graphs(sparql: str, hidden: Collection[str]) -> str:
    """Return a query whose GRAPH with a variable finds nothing in the graphs of these IRIs.

    >>> print(without_graphs("SELECT * { { GRAPH ?g { ?s ?p '}' } } UNION { ?s ?p ?g } }", ["http://x/a"]))
    SELECT * { { GRAPH ?g { ?s ?p '}' } FILTER (?g NOT IN (<http://x/a>)) } UNION { ?s ?p ?g } }
    """
    if not hidden:
        return sparql
    tokens = _read(sparql)
    named = ", ".join(f"<{iri}>" for iri in hidden)
    after: dict[int, str] = {}
    for number, (word, name) in enumerate(pairwise(tokens)):
        if word.lastgroup == "word" and word[0].upper() == "GRAPH" and name.lastgroup == "variable":
            after[_end_of_group(tokens, number + 2)] = f" FILTER ({name[0]} NOT IN ({named}))"
    parts, start = [], 0
    for end, told in sorted(after.items()):
        parts += [sparql[start:end], told]
        start = end
    return "".join([*parts, sparql[start:]])


def _read(sparql: str) -> list[re.Match[str]]:
    return [token for token in _TOKENS.finditer(sparql) if token.lastgroup not in ("comment", "space")]


def _end_of_group(tokens: Sequence[re.Match[str]], first: int) -> int:
    """Return where the group ends that begins at a token; the end of the text when it has no end."""
    depth = 0
    for token in tokens[first:]:
        depth += {"{": 1, "}": -1}.get(token[0], 0) if token.lastgroup == "sign" else 0
        if depth == 0:
            return token.end()
    return tokens[-1].end()


def foreign_name(sparql: str) -> str | None:
    """Return a name in a query that is no whole IRI of the web, or None: some stores run functions by such names.

    >>> foreign_name("PREFIX f: <bif:> SELECT (f:x() AS ?y) {}"), foreign_name("SELECT * { ?s <urn:p> <http://x/a> }")
    ('<bif:>', None)
    """
    for token in _TOKENS.finditer(sparql):
        if token.lastgroup == "iri" and not _OF_THE_WEB.match(_decoded(token[0])):
            return token[0]
        if token.lastgroup == "name" and (token["prefix"] or "").lower() in _EXTENSIONS:
            return token[0]
    return None


def _decoded(text: str) -> str:
    return _CODE.sub(lambda code: chr(min(int(code[1] or code[2], 16), 0x10FFFF)), text)


def _safe(token: re.Match[str]) -> str:
    kind, text = token.lastgroup, token[0]
    if kind in ("comment", "space"):
        return " "
    if not _WORD.search(text):
        return _on_one_line(text) if kind == "long" else text
    if kind == "word":
        raise UsageError(_REFUSED)
    if kind == "name" and _WORD.search(token["prefix"] or ""):
        raise UsageError(f"the prefix {token['prefix']}: could be read as SERVICE; {_REFUSED}, or name it otherwise")
    if kind in ("long", "short", "iri"):
        return _WORD.sub(_escaped, _on_one_line(text) if kind == "long" else text)
    return text


def _escaped(word: re.Match[str]) -> str:
    return f"\\u{ord(word[0][0]):04x}{word[0][1:]}"


def _on_one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")
