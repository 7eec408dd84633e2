"""Foreign ontologies as small slices: from a release and a list of terms to one Turtle file each.

``ontology/imports/terms.tsv`` lists the terms, ``slices.toml`` beside it says what each slice takes of its ontology.
"""
