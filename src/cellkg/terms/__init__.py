"""From written words to terms of public ontologies: names, spelling, rules, links.

Loaders and graph stand on it alike. Read ``names`` (what is known), ``spelling`` (when two wordings are one), ``index``
(from words to terms), ``naming`` (the best term of a name), ``phrases`` (what a wording is made of), ``conditions``
(the rules, in their order) and ``target`` (the condition that a study treats).
"""
