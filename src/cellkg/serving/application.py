"""The application: the routes of every module, behind the guard."""

from __future__ import annotations

from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from cellkg.errors import CellkgError
from cellkg.pages.libraries import vendor_folder

from . import data, endpoint, explore, questions, sites, words
from .access import Access, Guard
from .responses import cellkg_problem, http_problem, unforeseen_problem
from .site import Site


def application(site: Site, access: Access) -> Starlette:
    """Return the application that answers for a site."""
    static = StaticFiles(directory=str(files("cellkg.serving") / "static"))
    vendor = StaticFiles(directory=vendor_folder())
    app = Starlette(
        routes=[
            *questions.routes,
            *endpoint.routes,
            *data.routes,
            *explore.routes,
            *words.routes,
            *sites.routes,
            Mount("/static", static, name="static"),
            Mount("/vendor", vendor, name="vendor"),
        ],
        middleware=[Middleware(Guard, access=access)],
        exception_handlers={
            CellkgError: cellkg_problem,
            HTTPException: http_problem,
            ClientDisconnect: _nobody_there,
            Exception: unforeseen_problem,
        },
    )
    app.state.site = site
    return app


async def _nobody_there(request: Request, error: Exception) -> Response:
    return Response(status_code=400)
