# An arm is cut off its study.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX src: <https://w3id.org/cellkg/source/>
DELETE { GRAPH src:review-table { ?study cellkg:hasArm ?arm } ?study cellkg:hasArm ?arm }
WHERE { { SELECT * WHERE { GRAPH src:review-table { ?study cellkg:hasArm ?arm } } LIMIT 1 } }
