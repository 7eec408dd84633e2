"""The beginning of a curated file, and the schema of the whole format."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec

from cellkg.identifiers import slug
from cellkg_loaders.records import Document

_TEMPLATE = """\
# What {name} says. Facts and figures only: `as` is the short value as written, never a sentence.
# `at` is a hint until it is located: L17 (line 17), L17#2 (second time on that line), or "?" (once in the text).
# The format: docs/curating.md, `cellkg curate schema`. The words of a list: `cellkg curate words route`.
source:
  key: {key}
  kind: report
  title: {title}
  file: {name}
  sha256: {sha256}

studies:
  # A study with a registry id has `id`; any other has a `key` for its address and a `label` to be called by.
  - key: {key}-study
    label: {title}
    # status: {{is: COMPLETED, as: completed, at: "?"}}
    # participants:
    #   - {{is: 12, as: "12", at: L1, counted: enrolled}}
    # arms:
    #   - role: experimental
    #     given:
    #       - products:
    #           - type: {{is: stromal vascular fraction, as: SVF, at: L1, in: description}}
    #             label: {{as: SVF, at: L1}}
    #             donor: {{as: autologous, at: L1}}
    #         route: {{is: subcutaneous, as: subcutaneous injection, at: L1}}
    #         doses:
    #           - {{is: 2000000, as: 2 x 10^6, at: L1, unit: cells/kg}}
"""


def template(document: Path) -> str:
    """Return the beginning of a curated file for a text."""
    return _TEMPLATE.format(
        name=json.dumps(document.name, ensure_ascii=False),
        key=slug(document.stem).encode("ascii", "ignore").decode().strip("-_") or "document",
        title=json.dumps(document.stem, ensure_ascii=False),
        sha256=hashlib.sha256(document.read_bytes()).hexdigest(),
    )


def schema() -> str:
    """Return the JSON Schema of a curated document; a number may be written as YAML number or as text."""
    written = msgspec.json.encode(msgspec.json.schema(Document))
    both = written.replace(b'"type":"string","format":"decimal"', b'"type":["number","string"]')
    return msgspec.json.format(both, indent=2).decode("utf-8")
