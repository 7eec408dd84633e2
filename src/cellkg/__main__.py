"""Run the command line with ``python -m cellkg``."""

from cellkg.cli import main

# A worker process imports this module again, under another name.
if __name__ == "__main__":
    main()
