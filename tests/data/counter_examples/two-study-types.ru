# One source calls a trial a case report too.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX kg: <https://w3id.org/cellkg/id/>
PREFIX src: <https://w3id.org/cellkg/source/>
INSERT DATA {
  GRAPH src:trial-page-NCT04356755 { kg:NCT04356755 a cellkg:CaseReport }
  kg:NCT04356755 a cellkg:CaseReport
}
