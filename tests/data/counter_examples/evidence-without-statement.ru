# A title is cut, and its evidence stays.
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX src: <https://w3id.org/cellkg/source/>
DELETE { GRAPH src:review-table { ?study dcterms:title ?title } ?study dcterms:title ?title }
WHERE { { SELECT * WHERE { GRAPH src:review-table { ?study dcterms:title ?title } } LIMIT 1 } }
