"""The graph over HTTP: pages and a read-only SPARQL 1.1 endpoint, answered by worker processes that can be killed."""
