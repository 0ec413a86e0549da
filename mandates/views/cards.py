"""What stands on the card of a suggestion: each field that was read, in words, with the letter of its own words."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mandates.fields import LABELS, date_in_words, recurrence_in_words
from mandates.forms import InstructionForm
from mandates.models import Session, Suggestion

from .wording import Wording

UNSURE_BELOW = 0.8  # a single field read with less says so beside itself


@dataclass(frozen=True)
class Link:
    text: str
    href: str = ""


@dataclass(frozen=True)
class Read:
    """One field: a label, what was read, a note in small, or what is missing in its place."""

    name: str
    label: str
    value: str = ""
    note: str = ""
    missing: str = ""
    letter: str = ""
    token: str = ""  # ties the field to its words: "12-deadline"
    links: tuple[Link, ...] = ()
    sure: int | None = None  # per cent, where the field itself is doubtful
    rule: str = ""


@dataclass(frozen=True)
class Notice:
    """Why something was not done, and what somebody else did meanwhile."""

    sentence: str
    theirs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    suggestion: Suggestion
    title: str
    place: str = ""  # "1 of 2"
    fields: tuple[Read, ...] = ()
    sure: int = 0
    certain: bool = False
    carried: str = ""  # what is said of a suggestion that continues something held
    merge_into: tuple[Suggestion, ...] = ()
    form: InstructionForm | None = None
    notice: Notice | None = None

    @property
    def is_close(self) -> bool:
        return self.suggestion.kind == Suggestion.Kind.CLOSE

    @property
    def mark(self) -> str:
        return "notus" if self.suggestion.state == Suggestion.State.REJECTED else "done"

    @property
    def rules(self) -> list[Read]:
        """The fields of which it is known by which rule they were read."""
        return [read for read in self.fields if read.rule]


@dataclass(frozen=True)
class Known:
    """What cards need to speak in full: the sessions by code, where an address stands, whose text it is."""

    house: str = ""
    before: str = ""  # the label of the version before
    sessions: dict[str, Session] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # address → href


def card_of(
    suggestion: Suggestion,
    siblings: list[Suggestion],
    wording: Wording,
    known: Known,
    *,
    form: InstructionForm | None = None,
    notice: Notice | None = None,
) -> Card:
    """The card of `suggestion`; `siblings` are all suggestions of its paragraph, itself included."""
    open_others = tuple(one for one in siblings if one.is_open and one.pk != suggestion.pk and one.kind != "close")
    edited = suggestion.state == Suggestion.State.EDITED and suggestion.instruction is not None
    return Card(
        suggestion=suggestion,
        title=suggestion.instruction.title if edited and suggestion.instruction else suggestion.title,
        place=_("%(nth)d of %(all)d") % {"nth": siblings.index(suggestion) + 1, "all": len(siblings)}
        if len(siblings) > 1
        else "",
        fields=tuple(_read(suggestion, wording, known)),
        sure=round(suggestion.confidence * 100),
        carried=_carried(suggestion, known),
        merge_into=open_others if suggestion.is_open and suggestion.kind != Suggestion.Kind.CLOSE else (),
        form=form,
        notice=notice,
    )


def _carried(suggestion: Suggestion, known: Known) -> str:
    paragraph = suggestion.paragraph
    if suggestion.kind == Suggestion.Kind.CLOSE:
        return _("The paragraph is deleted. Its instruction is closed; its history stays.")
    if suggestion.kind != Suggestion.Kind.KEPT:
        return ""
    version = {"version": known.before}
    if paragraph.change == paragraph.Change.REWORDED:
        return _("Carried over from %(version)s, reworded: look whether it still asks for the same.") % version
    if paragraph.number_before and paragraph.number_before != paragraph.number:
        return _("Carried over from %(version)s: the same words; %(old)s became %(new)s.") % {
            **version,
            "old": paragraph.number_before,
            "new": paragraph.number or "–",
        }
    return _("Carried over from %(version)s: the same words.") % version


def _read(suggestion: Suggestion, wording: Wording, known: Known) -> list[Read]:
    said = suggestion.fields
    rules, sure, spans = said.get("rules") or {}, said.get("confidences") or {}, said.get("spans") or {}

    def read(name: str, value: str = "", **more) -> Read:
        span = "verb" if name == "force" and (suggestion.pk, "force") not in wording.letters else name
        doubtful = sure.get(name) is not None and sure[name] < UNSURE_BELOW and value
        return Read(
            name=name,
            label=str(LABELS[name]),
            value=value,
            letter=wording.letters.get((suggestion.pk, span), ""),
            token=f"{suggestion.pk}-{span}" if span in spans else "",
            sure=round(sure[name] * 100) if doubtful else None,
            rule=rules.get(name) or "",
            **more,
        )

    verb, force = said.get("verb") or "", said.get("force") or ""
    fields = [read("force", force or verb, note=f"“{verb}”" if verb and verb.casefold() != force.casefold() else "")]
    if said.get("addressees"):
        names = ", ".join(said["addressees"])
        note = _("of %(house)s") % {"house": known.house} if known.house and known.house not in names else ""
        fields.append(read("addressees", names, note=note))
    else:
        fields.append(read("addressees", missing=_("nobody named")))
    if said.get("action") and not _says_it_all(suggestion.title, said["action"]):
        fields.append(read("action", said["action"]))
    if said.get("deliverable"):
        fields.append(read("deliverable", said["deliverable"]))
    fields += [read(name, ", ".join(said[name])) for name in ("reports_to", "via") if said.get(name)]
    if said.get("deadline"):
        value, note = _when(said["deadline"], known)
        fields.append(read("deadline", value, note=note))
    else:
        fields.append(read("deadline", missing=_("no date in the text")))
    if said.get("citations"):
        links = tuple(Link(key.replace("/", " ") if key in known.places else key, known.places.get(key, ""))
                      for key in said["citations"])  # fmt: skip
        fields.append(read("citations", links=links))
    if said.get("qualifiers"):
        fields.append(read("qualifiers", ", ".join(f"“{words}”" for words in said["qualifiers"])))
    if said.get("action_lines"):
        fields.append(read("action_lines", ", ".join(said["action_lines"])))
    else:
        fields.append(read("action_lines", missing=_("none named")))
    if said.get("sdgs"):
        fields.append(read("sdgs", ", ".join(str(number) for number in said["sdgs"])))
    return fields


def _says_it_all(title: str, action: str) -> bool:
    """Whether a title is the beginning of what is to be done: the words themselves stand beside it."""
    return title.rstrip("…").rstrip().casefold() in action.casefold()


def _when(deadline: dict, known: Known) -> tuple[str, str]:
    """A deadline in words, and what stands behind it. A session's own document deadline leads where known."""
    values, notes = [], []
    code, session = deadline.get("session"), known.sessions.get(deadline.get("session") or "")
    if session and session.document_deadline:
        values.append(date_format(session.document_deadline, "j F Y"))
        notes.append(
            _("document deadline of %(session)s; session: %(dates)s")
            % {"session": session.name, "dates": session.dates}
        )
    elif session:
        values.append(session.name)
        notes.append(session.dates)
    elif code:
        values.append(code)
        notes.append(_("a session that we do not hold yet"))
    elif deadline.get("date"):
        values.append(date_in_words(deadline["date"]))
    if deadline.get("recurrence"):
        values.append(recurrence_in_words(deadline["recurrence"]))
    if not values and deadline.get("year"):
        values.append(str(deadline["year"]))
    if deadline.get("until"):
        values.append(_("until %(when)s") % {"when": deadline["until"]})
    if deadline.get("past"):
        notes.append(_("already past when the text was written"))
    if deadline.get("text"):
        if values:
            notes.append(f"“{deadline['text']}”")
        else:
            values.append(f"“{deadline['text']}”")
    return ", ".join(values), "; ".join(notes)
