"""From records to quads: one function per record, one ``yield`` per statement."""

from .document import document_quads

__all__ = ["document_quads"]
