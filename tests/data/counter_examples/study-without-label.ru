# A study loses its label in every source.
PREFIX kg: <https://w3id.org/cellkg/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
DELETE { GRAPH ?source { kg:NCT04356755 rdfs:label ?label } kg:NCT04356755 rdfs:label ?label }
WHERE { GRAPH ?source { kg:NCT04356755 rdfs:label ?label } }
