# A third of a day is written with all its digits.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX src: <https://w3id.org/cellkg/source/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
DELETE { GRAPH src:review-table { ?time cellkg:days ?days } ?time cellkg:days ?days }
INSERT {
  GRAPH src:review-table { ?time cellkg:days "0.3333333333333333333333333333"^^xsd:decimal }
  ?time cellkg:days "0.3333333333333333333333333333"^^xsd:decimal
}
WHERE { SELECT * WHERE { GRAPH src:review-table { ?time a cellkg:TimePoint ; cellkg:days ?days } } LIMIT 1 }
