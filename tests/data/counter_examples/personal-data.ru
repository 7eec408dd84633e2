# A site has the address of a mailbox and a telephone number, both made up.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX src: <https://w3id.org/cellkg/source/>
INSERT {
  GRAPH src:medpath-NCT02975960 { ?site cellkg:city "Seoul, study.office@hospital.example, +82 2 0000 0000" }
  ?site cellkg:city "Seoul, study.office@hospital.example, +82 2 0000 0000"
}
WHERE { GRAPH src:medpath-NCT02975960 { ?site a cellkg:Site } }
