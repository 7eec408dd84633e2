"""The words by which records tell how often something is given."""

from __future__ import annotations

import re

WORDS = {
    "a": 1, "one": 1, "single": 1, "once": 1, "two": 2, "twice": 2, "thrice": 3, "double": 2, "both": 2, "three": 3,
    "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "1st": 1,
}  # fmt: skip
TH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
       "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6}  # fmt: skip
N = r"(?:\d{1,2}|one|single|two|three|four|five|six|seven|eight|nine|ten|twelve)"
GIVEN = (
    r"(?:dos(?:e|es|ing|ages?)|infusions?|injections?|administrations?|treatments?|transplantations?|"
    r"transfusions?|implantations?|"
    r"vaccinations?|vaccines?|instillations?|applications?|courses?|cycles?|transplants?|inoculations?|"
    r"intravenous infusions?|lumbar punctures?|DLIs?)"
)
QUALIFIER = (
    r"(?:(?!(?:versus|vs|after|of|and|will|were|was|is|are|at|with|patients?|by|to|for|from|in|on|or|per|when|"
    r"between|the|a|different|escalating|increasing|various|varying|ascending|following|prior|before|high|low|"
    r"medium|target|new|novel|other|divided|possible|potential|promising|alternative|such|key|"
    r"major)\b)[A-Za-z][A-Za-z0-9^+/-]*\s+){0,5}?"
)
OPTIONAL = re.compile(
    r"\b(?:may|might|can|could)\b[^.;]{0,60}\b(?:repeat(?:ed)?|retreat(?:ed|ment)|re-treat\w*|second|"
    r"another|additional|again)\b"
    r"|\bif (?:there is )?(?:no|not|needed|necessary|required)\b[^.;]*\b(?:second|another|additional|"
    r"repeat)\b|\b(?:second|additional|another) (?:course|dose|infusion|injection)s?\b[^.;]{0,60}\b(?:if|"
    r"may|optional|in case)\b|\bretreated once\b"
    r"|\bor repeated (?:after|once|at)\b"
    r"|\brepeat(?:ed)?\b[^.;]{0,60}\b(?:if|in case|where necessary|as needed)\b"
    r"|\b(?:possible|optional) (?:repeat(?:ed)?|second|additional|re-?treatment)\b"
    r"|\beligible (?:for|to receive) (?:a |an )?(?:second|additional|another|repeat|re-?treatment)\b"
    r"|\bif\b[^.;]{0,100}\b(?:a second|second|another|additional)\b[^.;]{0,40}\b(?:course|dose|infusion|"
    r"injection|treatment|will be given)",
    re.IGNORECASE,
)
COUNT = re.compile(
    r"(?P<upto>up to |maximum of |at most )?(?<![\w.,^-])(?<!\bweek )(?<!\bday )(?<!\bphase )(?<!\bmonth )"
    r"(?<!\bgrade )(?<!\bweeks )(?<!\btype )(?<!\bdays )(?<!\bmonths )"
    r"(?<!\bgroup )(?<!\barm )(?<!\bcohort )(?<!\blevel )(?<!\bpart )(?<!\bstage )"
    rf"(?:\b(?P<low>{N})\s*(?:-|–|to|or)\s*)?\b(?P<n>{N})(?:\s*\(\s*\w+\s*\))?\s+(?:x\s+)?"
    rf"{QUALIFIER}{GIVEN}\b",
    re.IGNORECASE,
)
TIMES = re.compile(
    rf"(?P<upto>up to |a maximum of )?(?:\b(?P<low>{N})\s*(?:-|–|to|"
    rf"or)\s*)?\b(?P<n>{N})\s*(?:\(\s*\w+\s*\)\s*)?times?\b(?!\s*(?:a|per|each|every|the|more|higher|"
    rf"greater|upper|daily|weekly|normal|as)\b|\s*/)",
    re.IGNORECASE,
)
TOTAL = re.compile(
    rf"\b(?:(?P<n>{N})\s*times in total|(?:a )?total of (?P<m>{N})\s+(?:\(\d+\)\s*)?(?:(?!mg|ml|"
    rf"million)[a-z-]+\s+){{0,2}}?"
    rf"(?:times|{GIVEN})|(?P<k>{N}) total (?:times|{GIVEN}))\b"
    r"(?!\s*(?:a|per|each|every)\s+day|\s+daily)",
    re.IGNORECASE,
)
ONCE = re.compile(
    r"\b(?:(?:an?|one) unique (?:[\w-]+\s+){0,3}(?:injection|infusion|dose|administration|implantation|"
    r"transplantation)s?|"
    r"(?:administered|given|injected|infused|instilled|transplanted|received?|performed|delivered|"
    r"injection|infusion|transplantation|joint|knee|retreated|implanted|applied)\s+(?:only\s+)?once|"
    r"once only|only once|one time|one-time|single[- ]dose|a single|single time|once)\b"
    r"(?![\s-]*(?:a|per|every|each|daily|weekly|monthly|the|they|all|it|patients?|in|there|on|cells|informed|"
    r"enrolled|consent\w*|this|these|you|we|MSCs?|center|centre|arm|group|blind|site|institution|cell)\b)"
    r"|\bsingle[- ]dose\b(?! (?:level|group|cohort|arm)s?\b)",
    re.IGNORECASE,
)
OCCASIONS = re.compile(
    rf"\b(?:on|at)\s+(?P<n>{N})\s+(?:(?:separate|different|consecutive|subsequent)\s+)?(?:occasions|time points)\b",
    re.IGNORECASE,
)
DIVIDED = re.compile(
    rf"\b(?P<n>{N})\s+divided\s+doses\b(?=[\s,]*(?:at|with|given|every)\b[^.;]{{0,30}}\b(?:interval|week|month|day)s?\b)",
    re.IGNORECASE,
)
SPACED = re.compile(
    rf"\b(?P<n>{N})\s+(?:[A-Za-z-]+\s+){{0,2}}?{GIVEN}\s*,?\s*(?:with|at|in)\s+(?:an?\s+)?(?:intervals? of\s+)?{N}"
    r"[\s-]*(?:days?|weeks?|months?)[\s-]*(?:interval|apart)?",
    re.IGNORECASE,
)
ORDINAL = rf"(?:{'|'.join(TH)})"
ANY_ORDINAL = rf"(?:{'|'.join(TH)}|\d{{1,2}}(?:st|nd|rd|th))"
ORDINAL_DAYS = re.compile(
    rf"\b(?:at|on|in|of)\s+(?:the\s+)?(?P<list>{ANY_ORDINAL}(?:\s*(?:,\s*and|,|and|&)\s*(?:the\s+)?{ANY_ORDINAL})+)\s+"
    r"(?:days?|weeks?|months?)\b",
    re.IGNORECASE,
)
ORDINALS = re.compile(
    rf"\b(?P<n>{ORDINAL})\s+(?:(?!dose (?:level|group|cohort)|group|cohort|arm|part|patient|participant|degree|line|"
    r"month|week|day|year|phase|stage|course of|round of)[A-Za-z-]+\s+){0,3}?"
    r"(?:dose|infusion|injection|administration|transplantation|transfusion|vaccination|implantation)\b"
    r"(?!\s+(?:levels?|groups?|cohorts?|arms?|toxic))",
    re.IGNORECASE,
)
N_TIME = re.compile(
    rf"(?:\b(?P<low>{N})[\s-]time\s+(?:or|to|and)\s+)?\b(?P<n>{N})[\s-]time\s+(?:{GIVEN})\b", re.IGNORECASE
)
ON_DAYS = re.compile(
    r"\b(?:(?:on|at|in|of|and|for)\s+)?(?:study\s+)?(?P<unit>days?|weeks?|months?|"
    r"hours?)\s*:?\s*(?P<list>-?\d{1,3}(?:\s*\(?[±+/-]+\s*\d+\s*\w*\)?)?(?:\s*(?:,|;|and|&|\+|/|,\s*and|"
    r",\s*(?:week|day|month)s?)\s*(?:(?:on|at)\s+)?(?:day|week|month|D|d)?s?\s*-?\d{1,3}(?!\s*(?:mg|ml|%|"
    r"years))(?:\s*\(\s*[±+/-]+\s*\d+\s*\w*\s*\))?)+)",
    re.IGNORECASE,
)
UNIT_AFTER = re.compile(
    r"\b(?:at|on|after|in)\s+(?:the\s+)?(?P<list>\d{1,3}(?:\s*(?:,|and|&|,\s*and)\s*\d{1,3})+)\s+(?P<unit>days?|weeks?|months?)\b",
    re.IGNORECASE,
)
EVERY = re.compile(
    rf"\b(?:(?:(?P<twice>twice|two times|2 times|thrice|three times|3 times)\s+)?(?P<per>daily|weekly|monthly|"
    rf"biweekly|fortnightly|qw|qd)|(?:(?P<often>twice|two times|2 times|"
    rf"three times|3 times)|once|one (?:time|dose|injection|infusion))?,?\s*(?:every|each|per|a|in|"
    rf"in every)\s+(?:(?P<step>{N}|other)[\s-]*)?(?P<unit>days?|weeks?|months?))\b"
    rf"(?:[^.;]{{0,40}}?|,?\s*(?:at|with) (?:an?|the) dos(?:e|age) of\b(?:[^.;]|\.\d){{0,90}}?)"
    rf"\b(?:for|over|during|continuing for|x|×|within|by the)\s+(?:a (?:total|period|maximum) of\s+|"
    rf"the first\s+|up to\s+|each of\s+|another\s+|an additional\s+|a\s+(?!(?:day|week|month|year))|"
    rf"an\s+)?(?P<n>{N}|a)[\s-]*(?:consecutive\s+)?(?P<length>days?|weeks?|months?|years?|doses|times|"
    rf"infusions|injections|administrations|vaccinations|courses|treatments|sessions|applications)",
    re.IGNORECASE,
)
PER_INTERVAL = re.compile(
    rf"\b(?P<n>{N})\s+(?:[A-Za-z-]+\s+){{0,2}}?{GIVEN}\b[^.;]{{0,50}}?\b(?:per|a|each|every)\s+(?P<unit>day|"
    rf"week|month)\b"
    rf"[^.;]{{0,20}}?\b(?:for|over|during)\s+(?:each of\s+)?(?P<length>{N})\s*(?:consecutive\s+"
    rf")?(?P<span>days?|weeks?|months?)\b",
    re.IGNORECASE,
)
CONSECUTIVE = re.compile(rf"\bfor\s+(?P<n>{N})\s+consecutive\s+(?P<unit>days|weeks|months)", re.IGNORECASE)
TWICE = re.compile(
    r"\b(?:infus|inject|administ|giv|receiv|transplant)\w*\b[^.;]{0,120}?\b(?P<n>twice|thrice)\b"
    r"\s*(?:,|\(|$|(?:at|with|within|in)\s+(?:an?\s+)?(?:interval|\w+[\s-](?:day|week|month))|over\b|intra\w+|into\b|via\b)",
    re.IGNORECASE,
)
MAY_TELL = re.compile(
    r"dos|infus|inject|administ|treat|transplant|transfus|implant|vaccin|instill|applic|cours|cycle|inocul|punctur|time|"
    r"once|retreat|twice|thrice|single|occasion|daily|weekly|monthly|fortnight|\bday|\bweek|\bmonth|\bhour|\bq[wd]\b",
    re.IGNORECASE,
)
ONE_DAY = re.compile(
    r"\b(?:(?:inject|infus|transplant|implant|administ|graft)\w*|treatment|receiv\w*|given|undergo\w*)\b[^.;]{0,60}?"
    r"\b(?:on|at)\s+(?:study\s+)?day\s+[+-]?\d{1,3}\b(?!\s*(?:,|;\s*\d|and\b|&|to\b|-|–|through|until|or\b|"
    r"\(?\s*[±+/-]|of each|of every|"
    r"per\b|every))",
    re.IGNORECASE,
)
INJECTIONS = re.compile(r"injections", re.IGNORECASE)
BOOSTER = re.compile(r"\bboosters?\b[^.;]*", re.IGNORECASE)
UNTIL = re.compile(r"\b(?:until|ANC|neutrophil|platelet|maintain|count|transfusion[- ]free)", re.IGNORECASE)
OF_PEOPLE = re.compile(
    r"\s*(?:groups?|arms?|cohorts?|regimens?|sites?|levels?|phases?|periods?|modalit)", re.IGNORECASE
)
NO_GIVING = re.compile(r"\b(?:wash|rins|centrifug|filter|measur|weigh)\w*\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
NOT_GIVEN = re.compile(
    r"\b(?:follow(?:ed)?(?:\s|-)?ups?|visits?|assess\w*|evaluat\w*|measured|scans?|mri|blood samples?|"
    r"monitored|outcomes?|questionnaires?|examin\w*|assays?|to complete|safety|radiograph\w*|x-rays?|ct scan\w*)\b",
    re.IGNORECASE,
)
