# The news types an arm of the review table.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX src: <https://w3id.org/cellkg/source/>
INSERT { GRAPH src:news { ?study cellkg:hasArm ?arm . ?arm a cellkg:Arm } }
WHERE { { SELECT * WHERE { GRAPH src:review-table { ?study cellkg:hasArm ?arm } } LIMIT 1 } }
