"""Run the command line with ``python -m cellkg``."""

from cellkg.cli import main

main()
