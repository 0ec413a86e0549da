"""The nouns of the domain. Each is changed through one door, named in its docstring, in `mandates.actions`."""

from .bodies import Body, Session
from .instructions import Addressee, Addressing, Doubt, GoalTag, Instruction, LineTag, Place, Schedule, Suggestion
from .people import Member, Unit
from .taxonomies import ActionLine, Goal
from .texts import Citation, Document, Paragraph, Resolution, Section, Version

__all__ = [
    "ActionLine",
    "Addressee",
    "Addressing",
    "Body",
    "Citation",
    "Document",
    "Doubt",
    "Goal",
    "GoalTag",
    "Instruction",
    "LineTag",
    "Member",
    "Paragraph",
    "Place",
    "Resolution",
    "Schedule",
    "Section",
    "Session",
    "Suggestion",
    "Unit",
    "Version",
]
