"""From written words to terms of public ontologies: names, spelling, rules, links.

Loaders and graph stand on it alike. Read ``names`` (what is known), ``spelling`` (when two wordings are one), ``index``
(from wording to terms), ``conditions`` (the rules, in their order) and ``target`` (the condition that a study treats).
"""
