"""Conversion by many workers: inputs in shards, each a pure function away from a file of compressed N-Quads."""

from .loader import ShardLoader
from .running import Conversion, Workers, convert

__all__ = ["Conversion", "ShardLoader", "Workers", "convert"]
