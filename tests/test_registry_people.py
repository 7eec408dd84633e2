"""People: no name, telephone number or e-mail of a contact, official or investigator leaves a record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pytest

from cellkg.loading import Findings, Inputs
from cellkg.ntriples import Quad, lines
from cellkg_loaders.clinicaltrials_gov import ClinicalTrialsGovLoader

DATA = Path(__file__).parents[2] / "shared" / "data"
FOLDERS = (DATA / "ctgov_v2", DATA / "ctgov_rebuilt")
#: What shows that a field for a name holds an office or an organisation instead.
OFFICE = re.compile(
    r"novartis|novo nordisk|beigene|bristol|boehringer|samsung|mereo|hanmi|allist|cellonis|syndax|rohto|kanova"
    r"|creative med|click therap|universi|hospital|institut|cent(?:er|re)\b|colleg|office|director|investigat|contact"
    r"|clinical|medical|fondazione|pharma|team|study|department|central|call|manager|research|trial|inc\b|ltd|company"
    r"|science|coordinat",
    re.IGNORECASE,
)
Study = dict[str, Any]


def personal(study: Study) -> Iterator[tuple[str, str]]:
    """Each name, telephone number and e-mail of the fields for people, with which of them it is."""
    protocol = study["protocolSection"]
    places = protocol.get("contactsLocationsModule", {})
    sites = places.get("locations", [])
    contacts = places.get("centralContacts", []) + list(chain.from_iterable(site.get("contacts", []) for site in sites))
    for contact in contacts:
        yield from ((key, contact[key]) for key in ("name", "phone", "email") if contact.get(key))
    yield from (("name", official["name"]) for official in places.get("overallOfficials", []) if official.get("name"))
    party = protocol.get("sponsorCollaboratorsModule", {}).get("responsibleParty", {})
    yield from (("name", party[key]) for key in ("investigatorFullName", "oldNameTitle") if party.get(key))
    point = study.get("resultsSection", {}).get("moreInfoModule", {}).get("pointOfContact", {})
    yield from (
        (kind, point[key]) for key, kind in (("title", "name"), ("phone", "phone"), ("email", "email")) if key in point
    )


def loaded(*files: Path) -> tuple[list[Quad], Findings]:
    findings = Findings()
    quads = ClinicalTrialsGovLoader().quads(Inputs(registry=files), findings)
    return [Quad(*parts) for parts in quads], findings


def is_to_be_hidden(kind: str, words: str) -> bool:
    """A single word is hidden where a field says nothing else; an office or organisation is no person."""
    if kind == "name":
        return " " in words.strip() and not OFFICE.search(words)
    return kind == "email" or len(re.sub(r"\D", "", words)) >= 7


def test_nothing_of_the_people_of_a_record_is_in_its_quads() -> None:
    files = sorted(chain.from_iterable(folder.glob("*.json") for folder in FOLDERS))
    if not files:
        pytest.skip(f"the real records are not at hand: no folder {DATA}")
    studies = {nct(study): study for file in files for study in [json.loads(file.read_text(encoding="utf-8"))]}
    quads, findings = loaded(*files)
    found, looked_for = [f"report: {kind}" for kind in told(studies, str(findings))], 0
    for nct_id, written in texts_by_study(quads):
        for kind, words in set(personal(studies[nct_id])):
            if is_to_be_hidden(kind, words):
                looked_for += 1
                if words.strip() in written and re.search(rf"(?<!\w){re.escape(words.strip())}(?!\w)", written):
                    found.append(f"{nct_id}: a {kind}")
    assert looked_for > 5_000
    assert found == []


def nct(study: Study) -> str:
    return str(study["protocolSection"]["identificationModule"]["nctId"])


def told(studies: dict[str, Study], report: str) -> list[str]:
    """The kinds of what a report tells of the people of any record."""
    return [kind for study in studies.values() for kind, words in personal(study) if len(words) > 6 and words in report]


def texts_by_study(quads: list[Quad]) -> Iterator[tuple[str, str]]:
    """The different texts and IRIs of a record, a line each, with its id."""
    for graph, of_record in groupby(quads, key=lambda quad: quad.graph):
        terms = {term for quad in of_record for term in (quad.subject, quad.object) if not term.startswith('"/')}
        yield graph.split("/")[-3], "\n".join(terms)


# ---- made-up people


def record(**modules: Any) -> Study:
    contacts = {
        "centralContacts": [{"name": "Ann Example, MD", "phone": "0032 9 111 22 33", "email": "ann@example.org"}],
        "overallOfficials": [{"name": "Prof. Bo Sample", "affiliation": "Sample Hospital", "role": "STUDY_CHAIR"}],
    }
    identity = {"nctId": "NCT00000102", "organization": {"fullName": "Maker Ltd", "class": "INDUSTRY"}}
    return {"protocolSection": {"identificationModule": identity, "contactsLocationsModule": contacts, **modules}}


def texts(tmp_path: Path, study: Study) -> str:
    (tmp_path / "one.json").write_text(json.dumps(study), encoding="utf-8")
    quads, findings = loaded(tmp_path / "one.json")
    assert findings.set_aside == []
    return "".join(lines(iter(quads)))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ask Ann Example, MD.", "Ask •••••••••••, MD."),
        ("Ask ANN example or Bo Sample.", "Ask ••••••••••• or •••••••••."),
        ("Ann Examples and Bob Sample", "Ann Examples and Bob Sample"),
        ("Write to ann@example.org, call 0032 9 111 22 33", "Write to •••••••••••••••, call ••••••••••••••••"),
        ("Call +32 9 333 44 55 now", "Call ••••••••••••••• now"),
        ("Dose 10 000 000 cells, NCT00000102", "Dose 10 000 000 cells, NCT00000102"),
    ],
)
def test_people_are_masked_in_a_text_by_as_many_signs(written: str, shown: str, tmp_path: Path) -> None:
    found = texts(tmp_path, record(descriptionModule={"briefSummary": written}))
    assert len(written) == len(shown)
    assert f'briefSummary> "{shown}"' in found


def sponsor(name: str, kind: str) -> Study:
    return record(sponsorCollaboratorsModule={"leadSponsor": {"name": name, "class": kind}})


@pytest.mark.parametrize(
    ("name", "kind"), [("Cy Other", "INDIV"), ("Ann Example", "OTHER"), ("Bo Sample, PhD", "OTHER")]
)
def test_a_person_who_sponsors_a_study_is_not_named(name: str, kind: str, tmp_path: Path) -> None:
    found = texts(tmp_path, sponsor(name, kind))
    assert "IndividualSponsor>" in found
    assert name not in found
    assert "organisation/" not in found


def test_an_organisation_that_answers_for_a_contact_keeps_its_name(tmp_path: Path) -> None:
    study = sponsor("Maker Ltd", "INDUSTRY")
    study["protocolSection"]["contactsLocationsModule"]["centralContacts"].append({"name": "Maker"})
    study["protocolSection"]["descriptionModule"] = {"briefSummary": "Maker pays."}
    found = texts(tmp_path, study)
    assert '"Maker Ltd"' in found
    assert '"Maker pays."' in found


def test_a_site_named_after_a_person_is_masked(tmp_path: Path) -> None:
    study = record()
    sites = [{"facility": "Dr. Di Place", "city": "Ghent", "contacts": [{"name": "Di Place"}]}]
    study["protocolSection"]["contactsLocationsModule"]["locations"] = sites
    found = texts(tmp_path, study)
    assert "Di Place" not in found
    assert '"Ghent"' in found


def test_a_refusal_names_no_one(tmp_path: Path) -> None:
    study = record(designModule={"enrollmentInfo": {"count": "Ann Example, ann@example.org"}})
    (tmp_path / "one.json").write_text(json.dumps(study), encoding="utf-8")
    _, findings = loaded(tmp_path / "one.json")
    assert "/protocolSection/designModule/enrollmentInfo/count" in str(findings.set_aside[0])
    assert "Ann" not in str(findings.set_aside[0])
    assert "example.org" not in str(findings.set_aside[0])
