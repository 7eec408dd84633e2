# A study is complete in the month before it starts.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX kg: <https://w3id.org/cellkg/id/>
PREFIX src: <https://w3id.org/cellkg/source/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
INSERT DATA {
  GRAPH src:trial-page-NCT04356755 { kg:NCT04356755 cellkg:completionDate "2020-08"^^xsd:gYearMonth }
  kg:NCT04356755 cellkg:completionDate "2020-08"^^xsd:gYearMonth
}
