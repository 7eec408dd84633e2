"""What every route of the server has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from .builds import Builds
from .limits import Limits
from .spool import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The served builds, the place for answers, the limits, and the folder of the texts behind documents, if any."""

    builds: Builds
    spool: Spool
    limits: Limits
    texts: Path | None = None


def site_of(request: Request) -> Site:
    """Return the site that a request is made to."""
    site: Site = request.app.state.site
    return site


def base_of(request: Request) -> str:
    """Return the address of the server as the client knows it, with a slash at its end."""
    return str(request.base_url)
