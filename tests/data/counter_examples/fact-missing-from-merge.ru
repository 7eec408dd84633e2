# A condition is lost from the merge.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
DELETE { ?study cellkg:condition ?condition }
WHERE { { SELECT * WHERE { ?study cellkg:condition ?condition } LIMIT 1 } }
