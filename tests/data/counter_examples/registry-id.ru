# Two ids end up on one study.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX kg: <https://w3id.org/cellkg/id/>
PREFIX src: <https://w3id.org/cellkg/source/>
INSERT DATA {
  GRAPH src:news { kg:NCT04356755 cellkg:registryId "NCT00000001" }
  kg:NCT04356755 cellkg:registryId "NCT00000001"
}
