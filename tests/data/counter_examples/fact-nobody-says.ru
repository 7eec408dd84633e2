# A status that no source gives is written into the merge.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX kg: <https://w3id.org/cellkg/id/>
INSERT DATA { kg:NCT04356755 cellkg:status cellkg:StatusSuspended }
