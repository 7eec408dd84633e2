"""Pages: a networkx graph as one self-contained, interactive HTML file."""
