"""Ship ontology/, queries/ and the curated data inside the wheel; an editable install reads them in place."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = {
    "ontology": "cellkg/_shipped/ontology",
    "queries": "cellkg/_shipped/queries",
    "graph_data/curated": "cellkg/_shipped/curated",
}


class ShipDataFolders(BuildHookInterface):  # type: ignore[type-arg]
    """Add the data folders to a real wheel, and to nothing else."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling; ``version`` is "standard" or "editable"."""
        if version == "standard":
            build_data["force_include"].update(SHIPPED)
