"""Outcome measures read: which instruments and endpoints, when, in which unit. Nothing here knows of a graph.

Instruments are known from ``ontology/instruments.ttl`` and ``endpoints.ttl``; a reading keeps its rule and its spot.
"""
