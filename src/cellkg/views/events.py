"""What sources say of the safety of a study: statements of documents, and the posted adverse events of a record."""

from __future__ import annotations

from cellkg.projection import facts
from cellkg.store import Store

from .asking import page_rows
from .parts import Spot
from .study_records import Attribution, Event, EventGroup, Safety
from .told import Told, facts_of


def safety_of(store: Store, told: Told, study: str) -> Safety:
    """Return all of it; numbers that a source leaves out stay away."""
    groups = list(page_rows(store, "event-groups", study=study))
    return Safety(
        statements=facts_of(facts.safety(told, study), study),
        groups=tuple(dict.fromkeys(map(_group, groups))),
        time_frame=next((row["time_frame"] for row in groups if "time_frame" in row), ""),
        threshold_percent=next((row["threshold"] for row in groups if "threshold" in row), ""),
        events=_events(store, study) if groups else (),
        attributions=tuple(_attribution(row) for row in page_rows(store, "attributions", study=study)),
    )


def _events(store: Store, study: str) -> tuple[Event, ...]:
    special: dict[tuple[str, str], list[str]] = {}
    for row in page_rows(store, "special-interest", study=study):
        special.setdefault((row["event"], row["organ_system"]), []).append(row["special_interest"])
    return tuple(_event(row, special) for row in page_rows(store, "events", study=study))


def _event(row: dict[str, str], special: dict[tuple[str, str], list[str]]) -> Event:
    system = row.get("organ_system", "")
    return Event(
        event=row["event"],
        organ_system=system,
        seriousness=row.get("seriousness", ""),
        group=row.get("group", ""),
        affected=_number(row, "affected"),
        at_risk=_number(row, "at_risk"),
        events=_number(row, "events"),
        special_interest=", ".join(special.get((row["event"], system), ())),
        place=row.get("place", ""),
    )


def _attribution(row: dict[str, str]) -> Attribution:
    start, end = row.get("start") or row.get("char_start"), row.get("end") or row.get("char_end")
    lines = f"line {row['line']}, characters {start}–{end}" if "line" in row else ""
    spot = Spot(
        source=row["source"],
        place=row.get("pointer") or lines,
        as_written=row["words"],
        kind=row.get("kind", ""),
        start=int(start) if start else None,
        end=int(end) if end else None,
        pointer=row.get("pointer", ""),
        rule=row.get("rule", ""),
        confidence=row.get("confidence", ""),
    )
    return Attribution(said_of=row["said_of"], about=row["about"], cause=row["cause"], spot=spot)


def _group(row: dict[str, str]) -> EventGroup:
    return EventGroup(
        group=row.get("group", ""),
        serious=_number(row, "serious"),
        serious_at_risk=_number(row, "serious_at_risk"),
        other=_number(row, "other"),
        other_at_risk=_number(row, "other_at_risk"),
        deaths=_number(row, "deaths"),
        deaths_at_risk=_number(row, "deaths_at_risk"),
        place=row.get("place", ""),
    )


def _number(row: dict[str, str], name: str) -> int | None:
    return int(row[name]) if name in row else None
