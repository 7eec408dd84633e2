"""Finds SERVICE in a query without being fooled by strings, comments, IRIs and escapes.

The tokens are those of the SPARQL 1.1 grammar (section 19.8), read after the codepoint escapes of section 19.2. This
is for a quick and clear refusal; what makes a request impossible is that a worker has no network (``confinement``).
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL = r"(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\r\n]*)
    | (?P<string>\"{{3}}(?:\"{{0,2}}(?:[^"\\]|\\.))*\"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*'{{3}}
                 | \"(?:[^"\\\r\n]|\\.)*\" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_][\w.\-]*)?:{_LOCAL} | _:[\w.\-]+)
    | (?P<word>[^\W\d_]\w*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def asks_service(query: str) -> bool:
    r"""Tell whether a query has the keyword SERVICE.

    >>> asks_service(r"SELECT * { ?s ex:it\'s ?o SERVICE <http://example.org/> { ?s ?p 'x' } }")
    True
    >>> asks_service("SELECT * { ?service rdfs:label 'Health Service' } # SERVICE")
    False
    """
    return any(token.lastgroup == "word" and token[0].lower() == "service" for token in _TOKEN.finditer(_read(query)))


def has_the_word(query: str) -> bool:
    """Tell whether the word stands anywhere in a query, be it in a string or comment."""
    return "service" in query.lower() or "service" in _read(query).lower()


def _read(query: str) -> str:
    return _ESCAPE.sub(_character, query)


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]
