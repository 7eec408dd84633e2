"""The event from which a time frame counts, where it names one."""

from __future__ import annotations

import re

_EVENTS = (
    ("randomisation", r"randomi[sz]\w+"),
    (
        "end of treatment",
        r"(?:last|final) (?:treatment|dose of study|study treatment)|end of (?:the )?(?:treatment|therapy)"
        r"|(?:treatment|therapy) (?:completion|discontinuation)",
    ),
    ("transplantation", r"(?:\w{0,4}-?)?transplant\w*|a?h?sct\b|bmt\b|engraftment"),
    ("administration", r"\w*fusions?\b|infus\w+|inject\w+|administration|dos(?:e|es|ing|age)\b|implant\w*|inoculat\w+"),
    ("procedure", r"surg\w+|operation|procedure|catheteri[sz]ation|operative\w*|arthroscopy|biopsy|grafting"),
    ("leukapheresis", r"leuk\w*pheresis|apheresis"),
    ("birth", r"birth|age\b"),
    ("enrolment", r"enrol\w+|inclusion|registration|study (?:entry|start)|start of (?:the )?study|informed consent"),
    ("diagnosis", r"diagnosis"),
    ("discharge", r"discharge"),
    ("treatment", r"treatment|therapy|intervention"),
)  # fmt: skip
_PREPOSITION = r"(?:\bafter|\bpost|\bfollowing|\bfrom|\bsince|\bsubsequent to|\bof)(?![a-z])"
_BETWEEN = r"[-\s]*(?:(?!and\b|to\b|until\b|up\b)[\w()+-]+[\s-]+){0,5}?"
_PATTERN = re.compile(
    _PREPOSITION + _BETWEEN + "(?:" + "|".join(f"(?P<e{i}>{words})" for i, (_, words) in enumerate(_EVENTS)) + ")",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\bpost[- ]?(?:operative|operation|op\b)", re.IGNORECASE)


def read_anchor(text: str) -> str:
    """Return the event that a time frame counts from, or an empty text where it names none.

    >>> read_anchor("6 months after the last infusion"), read_anchor("12 weeks")
    ('administration', '')
    """
    match = _PATTERN.search(text)
    if match is None:
        return "procedure" if _JOINED.search(text) else ""
    return next(name for i, (name, _) in enumerate(_EVENTS) if match[f"e{i}"])
