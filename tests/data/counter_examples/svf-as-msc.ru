# The cells of a product of stromal vascular fraction are classed as adipose MSCs.
PREFIX cellkg: <https://w3id.org/cellkg/vocab/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX src: <https://w3id.org/cellkg/source/>
INSERT { GRAPH src:review-table { ?cells a obo:CL_0002570 } ?cells a obo:CL_0002570 }
WHERE { GRAPH src:review-table { ?product cellkg:productType cellkg:SVF ; cellkg:hasComponent ?cells } }
