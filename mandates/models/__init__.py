"""The nouns of the domain. Each is changed through one door, named in its docstring, in `mandates.actions`."""

from .bodies import Body, Session
from .instructions import Addressee, Addressing, Doubt, GoalTag, Instruction, LineTag, Place, Schedule, Suggestion
from .people import Holding, Member, Post, Unit
from .taxonomies import ActionLine, Goal
from .texts import Citation, Document, Paragraph, Resolution, Section, Version
from .work import (
    Assignment,
    Comment,
    Evidence,
    Feed,
    Following,
    Input,
    LeadTime,
    SavedView,
    StatusUpdate,
    Task,
)

__all__ = [
    "ActionLine",
    "Addressee",
    "Addressing",
    "Assignment",
    "Body",
    "Citation",
    "Comment",
    "Document",
    "Doubt",
    "Evidence",
    "Feed",
    "Following",
    "Goal",
    "GoalTag",
    "Holding",
    "Input",
    "Instruction",
    "LeadTime",
    "LineTag",
    "Member",
    "Paragraph",
    "Place",
    "Post",
    "Resolution",
    "SavedView",
    "Schedule",
    "Section",
    "Session",
    "StatusUpdate",
    "Suggestion",
    "Task",
    "Unit",
    "Version",
]
