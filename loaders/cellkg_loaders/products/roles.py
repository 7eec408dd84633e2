"""The role of a regimen: tested, compared with, or background care; judged by the question of the study."""

from __future__ import annotations

import re

from .heads import heads
from .outlined_arms import is_in_some_only
from .passages import Passage
from .regimens import Regimen
from .study import Record

_SUPPORT = ("HSC graft", "red cells/platelets", "granulocytes")
_COMPARES = re.compile(r"\b(?:with or without|versus|vs\.?|compar\w+)(?=[\s:,])", re.IGNORECASE)
_AFTER = re.compile(
    r"\b(?:after|following|post|before|prior to|prior|previous\w*|failed|relaps\w+ (?:after|from)|"
    r"candidates? for|induced|"
    r"recipients? of|without|awaiting|undergo\w*)\b[\s-]*(?:[\w-]+[\s-]+){0,4}$",
    re.IGNORECASE,
)
_MERELY = re.compile(
    r"\b(?:followed by|in conjunction with|conjuction with|undergoing|prior to|before|supported by|"
    r"with)\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_WHO_UNDERGO = re.compile(
    r"\bin (?:\w+\s+){0,2}(?:patients|subjects|adults|children)\s+undergoing\b[^.;]*$", re.IGNORECASE
)


def role_of(record: Record, regimen: Regimen) -> str:
    """Return ``experimental``, ``comparator`` or ``background``."""
    if regimen.product_class in _SUPPORT:
        return _support(record, regimen)
    return "comparator" if _is_compared(record, regimen) else "experimental"


def _support(record: Record, regimen: Regimen) -> str:
    """Stem-cell support is tested where only some arms get it, or where the title names it as part of the treatment."""
    if regimen.manipulations:
        return "comparator" if record.randomised else "background"
    if regimen.donors and regimen.arms:
        return "experimental"
    given = {one.number for one in regimen.interventions}
    arms = [arm for arm in record.arms if arm.interventions & given or arm in regimen.arms]
    if record.randomised and len(record.arms) > 1 and arms:
        return "experimental" if len(arms) < len(record.arms) else "background"
    if record.randomised:
        compared = any(_is_compared_in(p, regimen) for p in record.titles)
        tested = compared or (not record.arms and is_in_some_only(record, regimen.product_class))
        return "experimental" if tested else "background"
    named = any(
        h.may_be(regimen.product_class) and not _AFTER.search(p.text[: h.mention.start])
        for p in record.titles[-1:]
        for h in heads(p, given=False)
    )
    return "experimental" if named else "background"


def _is_compared_in(title: Passage, regimen: Regimen) -> bool:
    """Tell whether a title compares with a graft and without; one that only follows in each arm is not compared."""
    named = [h for h in heads(title, given=False) if h.product_class == regimen.product_class]
    plain = [h for h in named if not _follows(title.text[: h.mention.start])]
    return bool(plain) and bool(_COMPARES.search(title.text))


def _follows(before: str) -> bool:
    if _WHO_UNDERGO.search(before):
        return True
    return bool(_MERELY.search(before)) and not re.search(
        r"\bwith or without\s+(?:[\w-]+\s+){0,2}$", before, re.IGNORECASE
    )


def _is_compared(record: Record, regimen: Regimen) -> bool:
    """A product is the comparator where it stands in comparator arms only, and a tested arm does without it."""
    if not regimen.arms:
        return False
    own = {arm.number for arm in regimen.arms}
    tested = [arm for arm in record.arms if arm.kind == "EXPERIMENTAL"]
    only_compared = all("COMPARATOR" in arm.kind or arm.kind == "NO_INTERVENTION" for arm in regimen.arms)
    return only_compared and bool(tested) and not any(arm.number in own for arm in tested)
