"""A worker: a process with the store open, which answers one task after another and can be killed at any moment.

``python -m cellkg.serving.worker STORE MEMORY_BYTES RESULT_BYTES QUERY_SECONDS PARENT``: tasks on standard input,
outcomes on standard output. The answer goes into the file that the task names; what is there when the outcome is good
is whole.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

import msgspec
import pyoxigraph as ox

from cellkg.errors import CellkgError, NetworkError, UsageError
from cellkg.protocol import SilentError, TooLargeError

from . import confinement
from .cells import write_harmless_csv, write_page_rows
from .engines import Engine, engine_of
from .tasks import HARMLESS_CSV, PAGE, Outcome, Ready, Task, line

_FREED_ABOVE = 4 * 2**20
_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "cellkg": "https://w3id.org/cellkg/vocab/",
}


def main(arguments: list[str]) -> None:
    """Open the store, give up what a query must not reach, and answer tasks until standard input ends."""
    where, memory, result, seconds, parent = arguments
    confinement.end_with(int(parent))
    replies = sys.stdout.buffer
    engine = engine_of(where, int(result))
    try:
        engine.open()
    except (CellkgError, OSError, RuntimeError, ValueError) as error:
        _reply(replies, Ready(failure=str(error)))
        return
    confinement.limit_memory(int(memory))
    confinement.limit_files(int(result))
    tasks = _tasks(sys.stdin.buffer)
    at_start = confinement.resident_bytes()
    _reply(replies, Ready())
    while True:
        task = tasks.get()
        confinement.limit_processor(2 * float(seconds) + 1)
        outcome = answer(engine, task)
        _reply(replies, msgspec.structs.replace(outcome, grown=_growth(at_start)))


def answer(engine: Engine, task: Task) -> Outcome:
    """Answer a task into its file."""
    try:
        result = engine.ask(task)
        if isinstance(result, ox.QueryTriples):
            return _write_triples(result, task)
        return _write_rows(result, task)
    except SyntaxError as error:
        return Outcome(kind="bad query", message=f"not SPARQL: {error}")
    except UsageError as error:
        return Outcome(kind="bad query", message=str(error))
    except TooLargeError:
        return Outcome(kind="too large")
    except SilentError as error:
        return Outcome(kind="silent", message=str(error))
    except NetworkError as error:
        return Outcome(kind="failed", message=str(error))
    except MemoryError:
        return Outcome(kind="no memory")
    except OSError as error:
        if error.errno == errno.EFBIG or "File too large" in str(error):
            return Outcome(kind="too large")
        return Outcome(kind="failed", message=str(error))
    except (RuntimeError, ValueError) as error:
        return Outcome(kind="failed", message=str(error))


def _growth(at_start: int) -> int:
    if confinement.resident_bytes() - at_start > _FREED_ABOVE:
        confinement.give_memory_back()
    return max(0, confinement.resident_bytes() - at_start)


def _write_rows(result: ox.QuerySolutions | ox.QueryBoolean, task: Task) -> Outcome:
    if task.rows_as is None:
        return Outcome(kind="not acceptable", message="rows")
    if task.rows_as == HARMLESS_CSV:
        write_harmless_csv(result, Path(task.spool))
    elif task.rows_as == PAGE:
        write_page_rows(result, Path(task.spool), task.rows_on_a_page)
    else:
        result.serialize(task.spool, format=ox.QueryResultsFormat.from_media_type(task.rows_as))
    return Outcome(kind="rows" if isinstance(result, ox.QuerySolutions) else "boolean")


def _write_triples(result: ox.QueryTriples, task: Task) -> Outcome:
    if task.triples_as is None:
        return Outcome(kind="not acceptable", message="triples")
    form = ox.RdfFormat.from_media_type(task.triples_as)
    triples = sorted(result, key=str) if task.in_order else result
    ox.serialize(triples, task.spool, format=form, prefixes=_PREFIXES)
    return Outcome(kind="triples")


def _tasks(source: BinaryIO) -> SimpleQueue[Task]:
    # A thread of its own sees the end of the input while a query runs: the server is gone, and so is this process.
    tasks: SimpleQueue[Task] = SimpleQueue()

    def read() -> None:
        for text in source:
            tasks.put(msgspec.json.decode(text, type=Task))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return tasks


def _reply(replies: BinaryIO, message: Outcome | Ready) -> None:
    replies.write(line(message))
    replies.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
