"""Loaders: from the files of a source to records, and from records to quads."""
