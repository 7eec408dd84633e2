# A controlled value is misspelt.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX kg: <https://w3id.org/cellkg/id/>
PREFIX src: <https://w3id.org/cellkg/source/>
INSERT DATA {
  GRAPH src:news { kg:NCT04356755 cellkg:status cellkg:StatusRecruting }
  kg:NCT04356755 cellkg:status cellkg:StatusRecruting
}
