"""``cellkg export``: derived numbers as files for other programs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from .options import asked_store_option, opened, output

_FORMS = ("metafor", "revman", "csv")


@click.group("export")
def export_group() -> None:
    """Write derived numbers for other programs: effects."""


@export_group.command("effects")
@click.option("--study", metavar="NCT00000000", help="Of one study only.")
@click.option("-f", "--format", "form", type=click.Choice(_FORMS), default="csv", show_default=True, help="For whom.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write to.",
)
@asked_store_option
def effects_command(study: str | None, form: str, folder: Path, where: str | None) -> None:
    """Write changes, effects, proportions and posted comparisons, each with method, library and inputs.

    metafor: what escalc and rma (R) read. revman: the columns of RevMan's data rows. csv: every table, with the
    results as posted. With each come the characteristics of studies, the posted comparisons, and what is not computed
    and why. Nothing is pooled. Text that a spreadsheet would run as a formula gets an apostrophe before it. Files of an
    earlier export in the folder are replaced. Needs cellkg[statistics].
    """
    from cellkg.effects.exporting import FILES, export_effects

    # The store is left first: no file is swapped in when it got another build meanwhile.
    with ExitStack() as files, opened(where) as store:
        folder.mkdir(parents=True, exist_ok=True)
        rows = export_effects(store, form, lambda name: files.enter_context(output(folder / name)), study)
    # What an earlier export left here would be taken for a part of this one.
    for name in set(FILES) - set(rows):
        (folder / name).unlink(missing_ok=True)
    for name, number in sorted(rows.items()):
        click.echo(f"{number:>9,}  {folder / name}", err=True)
    click.echo("derived numbers: not medical advice; not a pooled estimate", err=True)
