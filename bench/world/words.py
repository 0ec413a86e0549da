"""The words of a made-up world, some of them much commoner than others, as in real texts."""

from __future__ import annotations

import random
from collections.abc import Sequence

RECITALS = ("recalling", "considering", "recognizing", "noting", "bearing in mind", "reaffirming", "aware")
DUTIES = (
    ("instructs the Secretary-General", "Secretary-General", "instructs"),
    ("instructs the Directors of the Bureaux", "Directors of the Bureaux", "instructs"),
    ("requests the Secretary-General", "Secretary-General", "requests"),
    ("invites Member States and Sector Members", "Member States", "invites"),
    ("requests the Executive Director", "Executive Director", "requests"),
    ("encourages all stakeholders", "stakeholders", "encourages"),
)
DUTY_WEIGHTS = (40, 12, 22, 12, 6, 8)
ACTS = (
    "report on", "continue to coordinate", "support the developing countries in",
    "facilitate, within existing resources,", "take the necessary measures for",
    "prepare, in consultation with the membership,", "raise awareness of",
    "strengthen cooperation among all stakeholders with regard to", "submit to the next session a report on",
    "encourage the sharing of experience concerning", "keep up to date the database on", "convene a meeting on",
    "present an account of", "develop guidelines for", "monitor and review", "mobilize resources for",
)  # fmt: skip
THINGS = (
    "the implementation of the WSIS outcomes", "the 2030 Agenda for Sustainable Development", "digital inclusion",
    "capacity building and digital skills", "bridging the digital divides, including the gender divide",
    "the WSIS Forum and the Stocktaking database", "broadband connectivity in rural areas", "confidence and security",
    "access to information and knowledge", "the enabling environment", "cultural diversity and multilingualism",
    "the ethical dimensions of the information society", "early warning for all", "child online protection",
    "emergency telecommunications", "small island developing States", "persons with specific needs", "e-health",
    "e-agriculture", "e-environment", "artificial intelligence for good", "international mobile roaming",
    "spectrum use",
    "conformance and interoperability", "the activities of the regional offices", "youth and employment",
    "the financial plan and the operational plan", "languages of the Union on an equal footing", "space sustainability",
    "green technologies and electronic waste",
)  # fmt: skip
TAILS = (
    "", "bearing in mind that the divides remain wide both between countries and within them",
    "taking into account the needs of developing countries", "in close collaboration with other agencies",
    "so that all may share in the benefits of the information society on an equal footing",
    "with a view to achieving the Sustainable Development Goals", "before the next plenipotentiary conference",
    "as an essential means of reaching those who are still not connected, wherever they live",
)  # fmt: skip
SAID = (
    "Inputs asked of all Bureaux.", "Draft with the Bureaux for comments.", "Text final; translation has it.",
    "Waits for the figures of the regional offices.", "Outline agreed.", "Call for inputs sent.", "Two answers are in.",
    "Meeting held; the summary follows.", "No change since the last word.", "Consultant engaged.", "Budget confirmed.",
)  # fmt: skip
DONE = ("Report submitted, with evidence.", "Published.", "Meeting held; the outcome document is out.", "Delivered.")
OVER = ("Overtaken by a newer text.", "The body took it up itself.", "Merged with the report of the task force.")
WAITS = ("the regional offices", "a reply from the members", "translation", "the legal adviser", "UNESCO")
FIRST = (
    "Amina", "Boris", "Chen", "Denis", "Elena", "Fatou", "Goran", "Hana", "Ines", "Jamal", "Keiko", "Lars", "Mariam",
    "Nadia", "Omar", "Petra", "Quang", "Rosa", "Samir", "Tomas", "Uma", "Viktor", "Wanjiru", "Ximena", "Yuki", "Zoe",
)  # fmt: skip
LAST = (
    "Abebe", "Bakker", "Costa", "Diallo", "Eriksen", "Farid", "Garcia", "Haddad", "Ivanov", "Jansen", "Kim", "Li",
    "Moreau", "Ndiaye", "Okafor", "Petrov", "Quispe", "Rivera", "Sato", "Tanaka", "Ueda", "Vega", "Weber", "Zhang",
)  # fmt: skip


def skewed(chance: random.Random, choices: Sequence[str]) -> str:
    """One of the choices, the first far oftener than the last."""
    return choices[int(len(choices) * chance.random() ** 2)]


def clause(chance: random.Random) -> str:
    """What somebody is to do, or what is recalled: 5 to 30 words."""
    words = f"{skewed(chance, ACTS)} {skewed(chance, THINGS)}"
    if chance.random() < 0.5:
        words += f" and {skewed(chance, THINGS)}"
    tail = skewed(chance, TAILS)
    return f"{words}, {tail}" if tail else words
