"""An intervention as it is decided on."""

from __future__ import annotations

from dataclasses import dataclass

from .heads import Head
from .readings import Decision
from .study import Intervention


@dataclass(frozen=True, slots=True)
class Judged:
    """An intervention with its decision and the products that it stands for."""

    intervention: Intervention
    decision: Decision
    heads: tuple[Head, ...] = ()
