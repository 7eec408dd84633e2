"""One client for every server: proxies of the environment, time-outs, and a name to be known by."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.metadata import version
from urllib.request import getproxies, proxy_bypass

import httpx2

from cellkg.errors import UsageError

# A cache that fails is told in a sentence or not at all, never by a traceback.
logging.getLogger("hishel").addHandler(logging.NullHandler())


def new_client(
    transport: httpx2.BaseTransport, headers: Mapping[str, str], *, redirects: bool = False
) -> httpx2.Client:
    """Return a client of a transport; it is silent for 60 seconds at most."""
    return httpx2.Client(
        transport=transport,
        headers={**headers, "User-Agent": f"cellkg/{version('cellkg')}"},
        timeout=httpx2.Timeout(60, connect=15),
        follow_redirects=redirects,
    )


def plain_transport(server: str) -> httpx2.HTTPTransport:
    """Return a transport to a server, through the proxy that the environment names for it.

    Raises:
        UsageError: the address, or that of the proxy, is none.
    """
    # A client that is given a transport does not look for proxies in the environment.
    try:
        url = httpx2.URL(server)
        proxies = {} if proxy_bypass(url.host) else getproxies()
        proxy = proxies.get(url.scheme) or proxies.get("all")
        if proxy and "://" not in proxy:
            proxy = f"http://{proxy}"
        return httpx2.HTTPTransport(proxy=proxy, limits=httpx2.Limits(max_connections=1))
    except (httpx2.InvalidURL, ValueError, ImportError) as error:
        raise UsageError(f"{server} cannot be reached: {error}; mend the address or the proxy settings") from None
