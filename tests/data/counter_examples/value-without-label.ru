# A phase loses its label.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
DELETE { GRAPH ?graph { cellkg:Phase2 skos:prefLabel ?label } cellkg:Phase2 skos:prefLabel ?label }
WHERE { GRAPH ?graph { cellkg:Phase2 skos:prefLabel ?label } }
