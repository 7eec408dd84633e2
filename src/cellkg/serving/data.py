"""``/data``: the dump, the description of the data and the build report."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from cellkg.dump import DUMP
from cellkg.gaps.reading import Searched, searched_of
from cellkg.search import FACETS, INDEX, NOT_STATED, open_index

from .cells import harmless
from .description import catalogue_description, void_description
from .exports import export_file, exports_of
from .refusals import Refusal
from .responses import page
from .site import site_of

_FILES = {"report.json": "application/json"}
_MEDIA_TYPES = {**_FILES, DUMP: "application/gzip"}

_RECORD_HEADERS = {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="search-record.csv"',
}


class _Report(msgspec.Struct):
    counts: dict[str, int] = {}
    remarks: list[str] = []
    set_aside: list[str] = []


async def data(request: Request) -> Response:
    """Show what can be downloaded, which sources are in it, how much they state, and what was set aside."""
    site = site_of(request)
    async with site.builds.current.used() as build:
        folder = build.folder
        sources = await run_in_threadpool(_sources, folder)
        coverage = await run_in_threadpool(_coverage, folder)
        exports = exports_of(build)
    sizes = {name: (folder / name).stat().st_size if (folder / name).is_file() else None for name in _FILES}
    return page(
        request,
        "data.html.j2",
        sizes=sizes,
        report=_report(folder),
        sources=sources,
        coverage=coverage,
        exports=exports,
        not_stated=NOT_STATED,
    )


async def data_file(request: Request) -> Response:
    """Send a file of the build."""
    name, build = request.path_params["name"], site_of(request).builds.current
    folder, exports = build.folder, exports_of(build)
    if name == "void.ttl":
        return void_description(request)
    if name == "dcat.ttl":
        return catalogue_description(request)
    if name in exports and not (folder / name).is_file():
        return FileResponse(await export_file(site_of(request), name), media_type=_MEDIA_TYPES.get(name), filename=name)
    if name == "search-record.csv":
        return Response(_search_record(await run_in_threadpool(_sources, folder)), headers=_RECORD_HEADERS)
    if name not in _FILES and name not in exports:
        raise Refusal(404, f"no file {name[:100]!r} here; /data lists them")
    if not (folder / name).is_file():
        raise Refusal(404, f"this build has no {name}; `cellkg build` writes one")
    return FileResponse(folder / name, media_type=_MEDIA_TYPES.get(name), filename=name)


async def well_known(request: Request) -> Response:
    """Lead those who look where VoID says that descriptions are."""
    return RedirectResponse("/data/void.ttl", 303)


class Coverage(msgspec.Struct):
    """Of how many studies some source states something for a facet."""

    facet: str
    key: str
    stated: int
    studies: int


def _sources(folder: Path) -> list[Searched]:
    return searched_of(open_index(folder).sources) if (folder / INDEX).is_file() else []


def _search_record(sources: list[Searched]) -> bytes:
    """What was searched, as CSV: each source, how many documents or records, and the days of its copies."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("source", "documents_or_records", "first_day", "last_day"))
    writer.writerows((harmless(each.source), each.documents, each.first_day, each.day) for each in sources)
    return out.getvalue().encode("utf-8", "replace")


def _coverage(folder: Path) -> list[Coverage]:
    if not (folder / INDEX).is_file():
        return []
    index = open_index(folder)
    whole = len(index.studies)
    return [
        Coverage(facet.name, facet.key, index.stated(facet.key).bit_count(), whole)
        for facet in FACETS
        if facet.key != "results"
    ]


def _report(folder: Path) -> _Report:
    file = folder / "report.json"
    return msgspec.json.decode(file.read_bytes(), type=_Report) if file.is_file() else _Report()


routes = [
    Route("/data", data, name="data"),
    Route("/data/{name}", data_file),
    Route("/.well-known/void", well_known),
]
