"""``/data``: the dump, the description of the data and the build report."""

from __future__ import annotations

from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from .description import void_description
from .refusals import Refusal
from .responses import page
from .site import site_of

_FILES = {"cellkg.nq.gz": "application/gzip", "report.json": "application/json"}


class _Report(msgspec.Struct):
    counts: dict[str, int] = {}
    remarks: list[str] = []
    set_aside: list[str] = []


async def data(request: Request) -> Response:
    """Show what can be downloaded, and what the build counted and set aside."""
    folder = site_of(request).builds.current.folder
    sizes = {name: (folder / name).stat().st_size if (folder / name).is_file() else None for name in _FILES}
    return page(request, "data.html.j2", sizes=sizes, report=_report(folder))


async def data_file(request: Request) -> Response:
    """Send a file of the build."""
    name, folder = request.path_params["name"], site_of(request).builds.current.folder
    if name == "void.ttl":
        return void_description(request)
    if name not in _FILES:
        raise Refusal(404, f"no file {name[:100]!r} here; /data lists them")
    if not (folder / name).is_file():
        raise Refusal(404, f"this build has no {name}; `cellkg dump` writes a dump, `cellkg build` both")
    return FileResponse(folder / name, media_type=_FILES[name], filename=name)


async def well_known(request: Request) -> Response:
    """Lead those who look where VoID says that descriptions are."""
    return RedirectResponse("/data/void.ttl", 303)


def _report(folder: Path) -> _Report:
    file = folder / "report.json"
    return msgspec.json.decode(file.read_bytes(), type=_Report) if file.is_file() else _Report()


routes = [
    Route("/data", data, name="data"),
    Route("/data/{name}", data_file),
    Route("/.well-known/void", well_known),
]
