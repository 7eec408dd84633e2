"""A build published to a remote store: what differs is sent, seen to be there, and only then declared."""

from cellkg.publishing.push import Pushed, push
from cellkg.publishing.remote import RemoteGraphs

__all__ = ["Pushed", "RemoteGraphs", "push"]
