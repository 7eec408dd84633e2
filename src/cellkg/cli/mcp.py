"""``cellkg mcp``: tools for assistants over standard input and output."""

from __future__ import annotations

import click

from .options import asked_store_option, login, place


@click.command("mcp")
@asked_store_option
@click.option("--timeout", type=click.FloatRange(0.1), default=20, show_default=True, help="Seconds for one query.")
def mcp_command(where: str | None, timeout: float) -> None:
    """Offer the graph to an assistant by the Model Context Protocol (stdio).

    Tools: search, study, term, compare, gaps, conflicts, questions, question, sparql (read-only). Every answer has its
    sources. Nothing leaves this machine but what the client asks for.
    """
    from cellkg.serving.assistants import serve_tools
    from cellkg.serving.homes import home_of
    from cellkg.serving.limits import Limits

    home = home_of(place(where), login(), lambda step: click.echo(step, err=True))
    serve_tools(home, Limits(workers=1, query_seconds=timeout))
