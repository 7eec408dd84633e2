"""``/study/…``: all that sources say of a study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cellkg.serving.page_store import PageStore
from cellkg.views.asking import thing_iri
from cellkg.views.parts import Fact
from cellkg.views.study import study_view
from cellkg.views.study_records import StudyView, Value

from .rendering import numbered, show
from .timeline import timeline
from .turtle import turtle_below
from .viewing import Row, csv_answer, form_of, json_answer, known_parameters, turtle_answer, view_of

_HEAD = ("section", "about", "name", "value", "source", "place", "as_written", "kind")
_MOST_EVENTS = 60
SERIOUS = "serious"


async def study_page(request: Request) -> Response:
    """Show a study."""
    known_parameters(request)
    key = request.path_params["key"]
    view = await view_of(request, lambda store, build: study_view(store, key))
    events = [each for each in view.safety.events if each.special_interest or each.seriousness == SERIOUS]
    return show(
        request,
        "study.html.j2",
        view=view,
        numbers=numbered(view.sources),
        by_key={source.key: source.iri for source in view.sources},
        facts=grouped(view.facts),
        timeline=timeline(view),
        events=(events or list(view.safety.events))[:_MOST_EVENTS],
        files=f"/study/{key}",
        most=max((number for step in view.flow for _, number in step.numbers), default=1),
    )


async def study_file(request: Request) -> Response:
    """Send a study as a file."""
    known_parameters(request)
    form, key = form_of(request), request.path_params["key"]
    if form == "ttl":
        return turtle_answer(await view_of(request, lambda store, build: _turtle(store, key)))
    view = await view_of(request, lambda store, build: study_view(store, key))
    return json_answer(view) if form == "json" else csv_answer(key, _HEAD, rows(view))


def _turtle(store: PageStore, key: str) -> bytes:
    study_view(store, key)
    return turtle_below(store, thing_iri(key))


def grouped(facts: Iterable[Fact]) -> dict[str, list[tuple[str, list[Fact]]]]:
    """Return facts by name, then by value: sources that say the same stand together."""
    found: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts:
        found.setdefault(fact.name, {}).setdefault(fact.value, []).append(fact)
    return {name: list(values.items()) for name, values in found.items()}


def rows(view: StudyView) -> Iterator[Row]:
    """Yield every fact and number of a study as a row."""
    for section, facts in (("study", view.facts), ("date", view.dates), ("people", view.people)):
        for fact in facts:
            yield from _fact_rows(section, view.name, fact)
    for arm in view.arms:
        for given in arm.given:
            for product in given.products:
                for fact in product.facts:
                    yield from _fact_rows("product", arm.name or arm.iri, fact)
            for fact in given.facts:
                yield from _fact_rows("administration", arm.name or arm.iri, fact)
    for plan in view.planned:
        outcomes = "; ".join(link.label for link in plan.outcomes)
        place = plan.spots[0].place if plan.spots else ""
        yield "planned outcome", plan.title or outcomes, plan.rank, plan.time_frame, plan.source, place, "", ""
    for fact in (*view.changes_reported, *view.safety.statements):
        yield from _fact_rows("result", view.name, fact)
    for measure in view.posted:
        for row in measure.rows:
            about = " · ".join(each for each in (measure.title, row.class_title, row.category) if each)
            for value in row.values:
                yield "posted value", about, value.group, _number(value), measure.source, value.place, value.value, ""
    for conflict in view.conflicts:
        for side in conflict.sides:
            about = f"{conflict.kind}: {conflict.about}"
            spot = side.spot
            yield "conflict", about, side.said, side.value, side.source, spot.place, spot.as_written, conflict.rule
    for event in view.safety.events:
        numbers = ("" if number is None else str(number) for number in (event.affected, event.at_risk))
        text = " of ".join(numbers)
        yield "adverse event", event.event, event.group, text, "", event.place, "", event.seriousness
    for said in view.safety.attributions:
        spot = said.spot
        yield "attribution", said.about, said.said_of, said.cause, spot.source, spot.place, spot.as_written, spot.kind
    for step in view.flow:
        for group, number in step.numbers:
            yield "participants", step.what, group, str(number), "", step.place, "", step.period


def _number(value: Value) -> str:
    spread = f" ({value.spread})" if value.spread else ""
    limits = f" [{value.lower} to {value.upper}]" if value.lower or value.upper else ""
    return f"{value.value}{spread}{limits}"


def _fact_rows(section: str, about: str, fact: Fact) -> Iterator[Row]:
    for spot in fact.spots:
        yield section, about, fact.name, fact.value, fact.source, spot.place, spot.as_written, spot.kind


routes = [Route("/study/{key}.{form}", study_file), Route("/study/{key}", study_page, name="study")]
