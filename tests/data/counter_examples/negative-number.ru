# A dash is read as a minus sign, in a count with its evidence.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX src: <https://w3id.org/cellkg/source/>
DELETE {
  GRAPH src:review-table { ?count cellkg:n ?n . ?evidence cellkg:aboutValue ?n }
  ?count cellkg:n ?n . ?evidence cellkg:aboutValue ?n
}
INSERT {
  GRAPH src:review-table { ?count cellkg:n -12 . ?evidence cellkg:aboutValue -12 }
  ?count cellkg:n -12 . ?evidence cellkg:aboutValue -12
}
WHERE {
  { SELECT * WHERE { GRAPH src:review-table { ?count a cellkg:ParticipantCount ; cellkg:n ?n } } LIMIT 1 }
  GRAPH src:review-table { ?evidence cellkg:aboutSubject ?count ; cellkg:aboutProperty cellkg:n }
}
