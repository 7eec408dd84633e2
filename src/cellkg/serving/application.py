"""The application: the routes of every module, behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from cellkg.errors import CellkgError

from . import data, endpoint, questions
from .access import Access, Guard
from .builds import Builds
from .limits import Limits
from .responses import cellkg_problem, http_problem, unforeseen_problem
from .site import Site
from .spool import Spool


def application(home: Path, limits: Limits, access: Access) -> Starlette:
    """Return the application that serves the current build of a folder.

    When it cannot start, ``state.failure`` says why.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        builds, spool = Builds(home, limits), Spool(limits.spool_bytes)
        app.state.site = Site(builds=builds, spool=spool, limits=limits)
        try:
            async with builds.followed():
                yield
        except CellkgError as error:
            app.state.failure = error
            raise
        finally:
            spool.close()

    static = StaticFiles(directory=str(files("cellkg.serving") / "static"))
    return Starlette(
        routes=[*questions.routes, *endpoint.routes, *data.routes, Mount("/static", static, name="static")],
        middleware=[Middleware(Guard, access=access)],
        exception_handlers={
            CellkgError: cellkg_problem,
            HTTPException: http_problem,
            ClientDisconnect: _nobody_there,
            Exception: unforeseen_problem,
        },
        lifespan=lifespan,
    )


async def _nobody_there(request: Request, error: Exception) -> Response:
    return Response(status_code=400)
