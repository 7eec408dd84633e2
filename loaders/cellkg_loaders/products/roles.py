"""The role of a regimen: tested, compared with, or background care; judged by the question of the study."""

from __future__ import annotations

from .heads import heads
from .passages import Record
from .regimens import Regimen

_SUPPORT = ("HSC graft", "red cells/platelets", "granulocytes")


def role_of(record: Record, regimen: Regimen, all_regimens: list[Regimen]) -> str:
    """Return ``experimental``, ``comparator`` or ``background``."""
    if regimen.product_class in _SUPPORT:
        return _support(record, regimen)
    return "comparator" if _is_compared(record, regimen) else "experimental"


def _support(record: Record, regimen: Regimen) -> str:
    """Stem-cell support is tested where only some arms get it, or where the title names it as part of the treatment."""
    if record.randomised and len(record.arms) > 1 and regimen.arms:
        return "experimental" if len(regimen.arms) < len(record.arms) else "background"
    named = any(h.product_class == regimen.product_class for p in record.titles[-1:] for h in heads(p))
    return "experimental" if named else "background"


def _is_compared(record: Record, regimen: Regimen) -> bool:
    """A product is the comparator where it stands in comparator arms only, and a tested arm does without it."""
    if not regimen.arms:
        return False
    own = {arm.number for arm in regimen.arms}
    tested = [arm for arm in record.arms if arm.kind == "EXPERIMENTAL"]
    only_compared = all("COMPARATOR" in arm.kind or arm.kind == "NO_INTERVENTION" for arm in regimen.arms)
    return only_compared and bool(tested) and not any(arm.number in own for arm in tested)
