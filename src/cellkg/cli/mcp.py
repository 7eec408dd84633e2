"""``cellkg mcp``: tools for assistants over standard input and output."""

from __future__ import annotations

from pathlib import Path

import click

from cellkg.errors import UsageError

from .options import place, store_option


@click.command("mcp")
@store_option
@click.option("--timeout", type=click.FloatRange(0.1), default=20, show_default=True, help="Seconds for one query.")
def mcp_command(where: str | None, timeout: float) -> None:
    """Offer the graph to an assistant by the Model Context Protocol (stdio).

    Tools: search, study, term, compare, gaps, conflicts, questions, question, sparql (read-only). Every answer has its
    sources. Nothing leaves this machine but what the client asks for.
    """
    from cellkg.serving.assistants import serve_tools
    from cellkg.serving.limits import Limits

    store = place(where)
    if store.startswith(("http://", "https://")):
        raise UsageError("mcp offers a build of this machine, not an endpoint; leave the URL away")
    serve_tools(Path(store), Limits(workers=1, query_seconds=timeout))
