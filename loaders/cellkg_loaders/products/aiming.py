"""At which antigens engineered cells aim."""

from __future__ import annotations

import re

from .contexts import is_negated
from .levels import fact_at, levels, merged
from .passages import Passage
from .readings import Fact
from .regimens import Regimen
from .study import Record
from .wording import Mention

ENGINEERED = ("CAR-T", "TCR-T", "CAR-NK")
_AIM = re.compile(
    r"anti|target|specific|direct|against|recogni|express|car\b|tcr\b|chimeric|receptor|antigen|/|[&,]|\band\b",
    re.IGNORECASE,
)


def targets(record: Record, regimen: Regimen) -> tuple[Fact, ...]:
    """Return the antigens of engineered cells, as the text nearest to the product names them."""
    if regimen.product_class not in ENGINEERED:
        return ()
    for name, passages, confidence in levels(record, regimen)[:5]:
        found = [
            fact_at(p, m, m.entry["target"], "antigen of the engineered cells", confidence)
            for p in passages
            for m in p.mentions
            if m.kind == "targets" and not is_negated(p, m) and (name == "name" or _aims(p, m))
        ]
        if found:
            return merged(found)
    return ()


def _aims(passage: Passage, mention: Mention) -> bool:
    near = passage.text[max(0, mention.start - 30) : mention.start], passage.text[mention.end : mention.end + 24]
    return any(_AIM.search(part) for part in near)
