# The evidence of a number is lost, in the source and in the merge.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX src: <https://w3id.org/cellkg/source/>
DELETE { GRAPH src:review-table { ?evidence ?property ?value } ?evidence ?property ?value }
WHERE {
  { SELECT ?evidence WHERE { GRAPH src:review-table { ?evidence cellkg:aboutProperty cellkg:affected } } LIMIT 1 }
  GRAPH src:review-table { ?evidence ?property ?value }
}
