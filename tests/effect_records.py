"""Small records with posted results, for the tests of derived numbers: each is about one thing."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def record(
    number: int, measure: Record, *, design: str = "RANDOMIZED PARALLEL", arms: dict[str, str] | None = None
) -> Record:
    """A record with one posted measure; ``design`` is allocation and model, ``-`` for what is not stated."""
    allocation, model = design.split()
    info = {"allocation": allocation, "interventionModel": model}
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": f"Cells {number}"},
            "statusModule": {
                "overallStatus": "COMPLETED",
                "lastUpdatePostDateStruct": {"date": "2024-05-01", "type": "ACTUAL"},
            },
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "designInfo": {name: value for name, value in info.items() if value != "-"},
            },
            "armsInterventionsModule": {
                "armGroups": [{"label": label, "type": kind} for label, kind in (arms or {}).items()]
            },
        },
        "resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": [measure]}},
    }


def measure(
    values: dict[str, list[Record | None]],
    *,
    title: str = "Pain",
    kind: str = "MEAN",
    dispersion: str | None = "Standard Deviation",
    unit: str = "score on a scale",
    groups: tuple[str, ...] = ("Cells", "Placebo"),
    n: tuple[str, ...] | None = ("10", "12"),
    counted: str = "Participants",
    **more: Any,
) -> Record:
    """A posted measure: for each class its numbers, one for each group; ``n`` is posted for the whole measure."""
    ids = [f"OG{i:03d}" for i in range(len(groups))]
    posted: Record = {
        "type": "PRIMARY",
        "title": title,
        "timeFrame": "12 weeks",
        "paramType": kind,
        "unitOfMeasure": unit,
        "groups": [{"id": i, "title": name} for i, name in zip(ids, groups, strict=True)],
        "classes": [_class(name, numbers, ids) for name, numbers in values.items()],
        **more,
    }
    if dispersion:
        posted["dispersionType"] = dispersion
    if n:
        posted["denoms"] = [denominator(n, counted)]
    return posted


def denominator(n: tuple[str, ...], unit: str = "Participants") -> Record:
    return {"units": unit, "counts": [{"groupId": f"OG{i:03d}", "value": each} for i, each in enumerate(n)]}


def number(value: str, spread: str | None = None, limits: tuple[str, str] | None = None) -> Record:
    """A measurement with its spread or limits."""
    found = {"value": value}
    if spread is not None:
        found["spread"] = spread
    if limits is not None:
        found["lowerLimit"], found["upperLimit"] = limits
    return found


def _class(name: str, numbers: list[Record | None], ids: list[str]) -> Record:
    measured = [{"groupId": i, **each} for i, each in zip(ids, numbers, strict=True) if each is not None]
    found: Record = {"categories": [{"measurements": measured}]}
    if name:
        found["title"] = name
    return found
