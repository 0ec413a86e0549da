"""One clause as an instruction: what it asks for, by when, to whom it goes, under which reservations and rules.

`directions` says where a clause begins and ends and who is told; here the other rooms are asked what its words hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from reader import addressees, deadlines, routes, taxonomies
from reader.deadlines import Found
from reader.document import Citation, Deadline, Instruction
from reader.duties import Clause, Span
from reader.sessions import Ground


@dataclass(frozen=True, slots=True)
class Whole:
    """What is found once in a paragraph and then shared out to its clauses by place."""

    holds: int  # what its words hold: see `reader.traces`
    deadlines: list[Found]
    citations: list[Citation]

    def deadlines_within(self, start: int, end: int) -> list[Found]:
        """Those whose words lie between two offsets; the list is in the order of the text."""
        if len(self.deadlines) < 2:
            return [f for f in self.deadlines if start <= f.span[0] and f.span[1] <= end]
        first = bisect_left(self.deadlines, start, key=lambda f: f.span[0])
        last = bisect_left(self.deadlines, end, key=lambda f: f.span[0])
        return [f for f in self.deadlines[first:last] if f.span[1] <= end]

    def citations_within(self, start: int, end: int) -> list[Citation]:
        """Those that begin between two offsets."""
        if not self.citations:
            return self.citations
        first = bisect_left(self.citations, start, key=lambda c: c.span[0])
        return self.citations[first : bisect_left(self.citations, end, key=lambda c: c.span[0])]


def instruction(text: str, address: str, clause: Clause, whole: Whole, ground: Ground) -> Instruction:
    """The instruction that a clause of `text` is; `whole` is what was found in all of the text."""
    start, end = clause.start, clause.end
    spans: dict[str, Span] = {"action": (start, end)}
    rules: dict[str, str] = {"verb": clause.rule}
    sure: dict[str, float] = {"verb": clause.confidence}
    if clause.verb_span:
        spans["verb"] = clause.verb_span
    if clause.told.addressees:
        rules["addressees"] = clause.told.rule if not clause.names else clause.rule
        sure["addressees"] = 0.95 if not clause.names else 0.9
    if clause.names:
        spans["addressees"] = (clause.names[0].span[0], clause.names[-1].span[1])
    if whose := [w for n in clause.told.addressees if (w := addressees.whose(n, ground.family))]:
        rules["whose"] = ", ".join(whose)
    deadline: Deadline | None = None
    inside = whole.deadlines_within(start, end)
    if not inside and clause.verb_span and clause.rule != "and-to-list":
        inside = whole.deadlines_within(
            clause.verb_span[1], start
        )  # "Requests, by 1 March 2027, the Secretary-General"
    if picked := deadlines.chosen(inside, text):
        deadline = picked.deadline
        spans["deadline"], rules["deadline"], sure["deadline"] = picked.span, picked.rule, picked.confidence
    holds = whole.holds
    if thing := routes.deliverable(text, start, end, holds):
        spans["deliverable"], rules["deliverable"], sure["deliverable"] = thing.span, thing.rule, 0.85
    to, via = routes.routes(text, start, end, ground.family, holds)
    for name, pieces in (("reports_to", to), ("via", via)):
        if pieces:
            spans[name] = (pieces[0].span[0], pieces[-1].span[1])
            rules[name], sure[name] = pieces[0].rule, 0.85
    part = text[start:end]
    lines = taxonomies.action_lines(part, holds)
    goals = taxonomies.goals(part, holds)
    for name, found in (("action_lines", lines), ("sdgs", goals)):
        if found:
            spans[name] = (found.span[0] + start, found.span[1] + start)
            rules[name], sure[name] = found.rule, found.confidence
    notes = routes.qualifiers(
        text, clause.verb_span[1] if clause.verb_span and clause.rule != "and-to-list" else start, end, holds
    )
    if notes:
        spans["qualifiers"] = (notes[0].span[0], notes[-1].span[1])
        rules["qualifiers"], sure["qualifiers"] = notes[0].rule, 0.95
    cited = whole.citations_within(start, end)
    if cited:
        spans["citations"] = (cited[0].span[0], cited[-1].span[1])
        rules["citations"], sure["citations"] = cited[0].kind, 0.95
    weakest = min((sure[name] for name in ("deadline", "action_lines") if name in sure), default=1.0)
    return Instruction(
        address=address,
        verb=clause.told.verb,
        force=clause.told.force,
        addressees=clause.told.addressees,
        action=_short(
            text,
            _deed(text, start, end) if clause.names else start,
            end,
            spans.get("deadline") if rules.get("deadline") not in _ASIDE else None,
        ),
        deliverable=thing.value if thing else None,
        reports_to=tuple(p.value for p in to),
        via=tuple(p.value for p in via),
        deadline=deadline,
        action_lines=lines.codes if lines else (),
        sdgs=tuple(int(n) for n in goals.codes) if goals else (),
        qualifiers=tuple(p.value for p in notes),
        citations=tuple(dict.fromkeys(c.key for c in cited)),
        spans=spans,
        rules=rules,
        confidences=sure,
        confidence=round(clause.confidence * (0.5 + 0.5 * weakest), 2),
    )


# "that ITU, as secretariat, should establish": the deed begins after the modal
_SHOULD = re.compile(r"that\s[^;]{2,300}?\s(?:should|shall|will|must)\s+(?:also\s+)?", re.I)


def _deed(text: str, start: int, end: int) -> int:
    """Where, in "that … should …", the words of what is to be done begin."""
    said = _SHOULD.match(text, start, end)
    return said.end() if said else start


# Deadlines that stand apart from what is done, so that the short form reads well without them.
_ASIDE = frozenset({"annual-event", "annual-report"})
# "the WSIS Forum 2025 should be branded", "to the 2025 session of the Council and the 2026 conference": what follows
# hangs on the words of the deadline, so they stay.
_CARRIES = re.compile(r"\s*(?:,\s*)?(?:and|or|should|shall|will|must|is|are|be)\b")
_LONGEST = 160


def _short(text: str, start: int, end: int, deadline: Span | None) -> str:
    """The words of the clause without its leading "to" and without the deadline, cut at a comma where they run long."""
    words = text[start:end]
    if deadline and start <= deadline[0] and deadline[1] <= end and not _CARRIES.match(text, deadline[1]):
        words = f"{text[start : deadline[0]].rstrip(' ,')} … {text[deadline[1] : end].lstrip(' ')}"
    words = " ".join(words.split()).strip(" ,;:.–-•").removesuffix("…").rstrip(" ,")
    if words[:3].lower() == "to ":
        words = words[3:]
    if len(words) > _LONGEST:
        cut = max(words.rfind(", ", 60, _LONGEST), words.rfind("; ", 60, _LONGEST))
        words = words[: cut if cut > 0 else words.rfind(" ", 0, _LONGEST)] + " …"
    return words
