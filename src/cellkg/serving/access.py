"""Who may ask: the Host and Origin of a request are checked before anything else, and every answer has safe headers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY = "*"

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.\-]+)(?::\d{1,5})?")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Access:
    """The names under which the server answers, and the foreign origins whose pages may read it (``*`` for all)."""

    hosts: frozenset[str] = LOOPBACK
    origins: frozenset[str] = frozenset()


class Guard:
    """Refuses requests under a foreign name (DNS rebinding) and from pages of foreign origins."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, and add headers to its answer."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        origin = headers.get("origin")

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), origin)
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            return await PlainTextResponse(refusal[1] + "\n", refusal[0])(scope, receive, send_safely)
        await self._app(scope, receive, send_safely)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None:
            return 400, "a request has one Host header with a name and a port"
        if match["name"].lower() not in self._access.hosts:
            return 421, "this server does not answer under that name; start it with --name to add one"
        if ANY in self._access.origins:
            return None
        origin = headers.get("origin")
        if origin is not None and origin not in {f"{scope['scheme']}://{hosts[0]}", *self._access.origins}:
            return 403, "pages of other origins are refused; start the server with --allow-origin to let one in"
        foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site") and origin is None
        if foreign and headers.get("sec-fetch-mode") != "navigate":
            return 403, "pages of other origins are refused; start the server with --allow-origin to let one in"
        return None

    def _add_headers(self, headers: MutableHeaders, origin: str | None) -> None:
        for name, value in _HEADERS.items():
            headers[name] = value
        headers.add_vary_header("Accept")
        if ANY in self._access.origins:
            headers["Access-Control-Allow-Origin"] = "*"
        else:
            headers.add_vary_header("Origin")
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            if origin in self._access.origins:
                headers["Access-Control-Allow-Origin"] = origin or ""
        if "access-control-allow-origin" in headers:
            headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
            headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
