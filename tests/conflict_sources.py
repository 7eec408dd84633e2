"""Synthetic sources: one clean record and document, and records and documents in which one thing is at odds."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Study = dict[str, Any]
Plant = Callable[[Study], None]

CLEAN = "NCT00000100"

_RECORD: Study = {
    "protocolSection": {
        "identificationModule": {
            "orgStudyIdInfo": {"id": "ORG"},
            "briefTitle": "Stromal vascular fraction in systemic sclerosis",
            "officialTitle": "A study of autologous stromal vascular fraction in adults with systemic sclerosis",
        },
        "statusModule": {
            "overallStatus": "COMPLETED",
            "startDateStruct": {"date": "2018-01-10", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2019-02", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2019-03-01", "type": "ACTUAL"},
            "studyFirstPostDateStruct": {"date": "2017-12-01", "type": "ACTUAL"},
            "resultsFirstPostDateStruct": {"date": "2020-01-05", "type": "ACTUAL"},
            "lastUpdatePostDateStruct": {"date": "2020-06-01", "type": "ACTUAL"},
        },
        "conditionsModule": {"conditions": ["Systemic Sclerosis"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE1"],
            "designInfo": {
                "allocation": "NA",
                "interventionModel": "SINGLE_GROUP",
                "maskingInfo": {"masking": "NONE"},
            },
            "enrollmentInfo": {"count": 20, "type": "ACTUAL"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "SVF", "type": "EXPERIMENTAL", "interventionNames": ["Biological: autologous SVF"]}
            ],
            "interventions": [
                {
                    "type": "BIOLOGICAL",
                    "name": "autologous SVF",
                    "description": "Autologous stromal vascular fraction is injected into the fingers.",
                    "armGroupLabels": ["SVF"],
                }
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [
                {"measure": "Cochin Hand Function Scale", "timeFrame": "Baseline, 24 weeks"},
                {"measure": "Grip strength", "timeFrame": "24 weeks"},
            ]
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* Age 18 to 70 years\n"
            "* Cochin Hand Function Scale > 20/90\n\nExclusion Criteria:\n\n* BMI < 17 kg/m2",
            "sex": "FEMALE",
            "minimumAge": "18 Years",
            "maximumAge": "70 Years",
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "A hospital", "class": "OTHER"}},
    },
    "resultsSection": {
        "participantFlowModule": {
            "groups": [{"id": "FG000", "title": "SVF"}],
            "periods": [
                {
                    "title": "Overall Study",
                    "milestones": [
                        {"type": "STARTED", "achievements": [{"groupId": "FG000", "numSubjects": "20"}]},
                        {"type": "COMPLETED", "achievements": [{"groupId": "FG000", "numSubjects": "20"}]},
                    ],
                }
            ],
        },
        "baselineCharacteristicsModule": {
            "groups": [{"id": "BG000", "title": "SVF"}],
            "denoms": [{"units": "Participants", "counts": [{"groupId": "BG000", "value": "20"}]}],
            "measures": [],
        },
        "outcomeMeasuresModule": {
            "outcomeMeasures": [
                {
                    "type": "PRIMARY",
                    "title": title,
                    "reportingStatus": "POSTED",
                    "paramType": "MEDIAN",
                    "unitOfMeasure": "units",
                    "timeFrame": "Baseline, 24 weeks",
                    "groups": [{"id": "OG000", "title": "SVF"}],
                    "denoms": [{"units": "Participants", "counts": [{"groupId": "OG000", "value": "20"}]}],
                    "classes": [
                        {"title": time, "categories": [{"measurements": [{"groupId": "OG000", "value": value}]}]}
                        for time, value in (("Baseline", "41"), ("24 weeks", "30"))
                    ],
                }
                for title in ("Cochin Hand Function Scale", "Grip strength")
            ]
        },
        "adverseEventsModule": {
            "frequencyThreshold": "0",
            "eventGroups": [
                {
                    "id": "EG000",
                    "title": "SVF",
                    "deathsNumAffected": 0,
                    "deathsNumAtRisk": 20,
                    "seriousNumAffected": 0,
                    "seriousNumAtRisk": 20,
                    "otherNumAffected": 3,
                    "otherNumAtRisk": 20,
                }
            ],
            "otherEvents": [
                {
                    "term": "Transient pallor in fingers",
                    "organSystem": "Vascular disorders",
                    "stats": [{"groupId": "EG000", "numAffected": 3, "numAtRisk": 20}],
                }
            ],
        },
    },
    "hasResults": True,
}

_STUDY = """
  - id: {{as: {id}, at: 1:0-11}}
    conditions: [{{is: {condition}, as: the disease, at: 2:12-23}}]
    status: {{is: {status}, as: the status, at: 2:24-34}}
    phase: {{is: {phase}, as: the phase, at: 2:35-44}}
    participants: [{{is: {enrolled}, as: "{enrolled}", at: 3:41-43, counted: enrolled}}]
    arms:
      - role: experimental
        given:
          - products:
              - type: {{is: "{product}", as: the cells, at: 4:44-53}}
                donor: {{is: {donor}, as: the donor, at: 4:54-63}}
    follow_up: [{{is: P24W, low: P{shortest}W, high: P30W, as: the follow-up, at: 5:64-77, printed: fixed}}]
    results:
      - outcome: {{is: CHFS, as: Cochin scale, at: 6:78-90}}
        direction: {{is: improved, as: better, at: 6:91-97}}
        baseline: {{is: 41, as: "41", at: 6:98-100}}
        final: {{is: {final}, as: "{final}", at: 6:101-103}}
        time_to: {{is: P24W, as: 24 weeks, at: 6:105-113}}
        significance: {{is: {significance}, as: the test, at: 6:114-122}}
    safety:
      - state: {{is: events listed, as: events, at: 7:123-129}}
        events:
          - event: {{is: transient pallor in fingers, as: pallor, at: 7:130-136}}
            affected: {{is: 3, as: three, at: 7:137-142}}
    eligibility:
      - kind: exclusion
        number: 1
        limits:
          - {{is: {bmi}, as: BMI below {bmi}, at: 8:143-155, measure: body mass index, comparison: <, unit: kg/m2}}
"""
_AGREES = {
    "condition": "systemic sclerosis",
    "status": "COMPLETED",
    "phase": "PHASE1",
    "enrolled": "20",
    "product": "stromal vascular fraction",
    "donor": "autologous",
    "shortest": "24",
    "final": "30",
    "significance": "significant",
    "bmi": "17",
}


def record(nct_id: str, plant: Plant | None = None) -> Study:
    """Return the clean record under an id, or one in which something is planted."""
    study = copy.deepcopy(_RECORD)
    names = study["protocolSection"]["identificationModule"]
    names["nctId"] = nct_id
    names["officialTitle"] += f", number {nct_id}"
    if plant:
        plant(study)
    return study


def write_records(folder: Path, plants: dict[str, Plant | None]) -> Path:
    """Write a record for each id."""
    folder.mkdir(parents=True)
    for nct_id, plant in plants.items():
        (folder / f"{nct_id}.json").write_text(json.dumps(record(nct_id, plant)), encoding="utf-8")
    return folder


def write_document(file: Path, studies: dict[str, dict[str, str]]) -> Path:
    """Write a review that speaks of some studies as their records do, save for the given values."""
    head = "source:\n  key: made-review\n  kind: review\n  title: A made review\n  file: made.txt\n  sha256: "
    body = "".join(_STUDY.format(**{**_AGREES, **said, "id": nct_id}) for nct_id, said in studies.items())
    file.write_text(f"{head}{'0' * 64}\n  published: 2020-06-01\n\nstudies:{body}", encoding="utf-8")
    return file
