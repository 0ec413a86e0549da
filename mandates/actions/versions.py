"""Versions: laid down from what the reader read, put in force, deferred, withdrawn."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mandates.models import (
    Body,
    Document,
    Doubt,
    Member,
    Paragraph,
    Resolution,
    Section,
    Session,
    Version,
)

from . import Refused, citations, facts, lineage, suggestions, tracked

State = Version.State
GONE = Paragraph.Change.GONE


@transaction.atomic
def lay_down(*, reading: dict, document: Document, by: Member, at: datetime) -> Version:
    """File a reading: afterwards its version stands, with sections, paragraphs, citations, suggestions and doubts.

    A document with tracked changes holds two texts. The text before them is laid down too where we do not hold that
    version; where we do, the new text is tied to the paragraphs that we hold. A text without tracked changes is
    compared with the latest version that we hold. Raises Refused where the document holds no text to file.
    """
    if not any(section["paragraphs"] for section in reading["sections"]):
        raise Refused(_("No numbered paragraph and no opener such as “recalling” was found in this file."))
    resolution = _resolution(reading["document"], document)
    # Two texts of one resolution go one after the other; whoever only refers to it need not wait.
    Resolution.objects.select_for_update(no_key=True).get(pk=resolution.pk)
    labels = {version["side"]: version["label"] for version in reading["versions"]}
    if labels.get("before") == "":
        labels["before"] = _("text before")
    before = None
    if "before" in labels:
        before = resolution.versions.filter(label=labels["before"]).first()
        if before is None:
            before = _new_version(resolution, labels["before"], document, state=_state_of_old(resolution), at=at)
            _write_text(before, reading, side="before")
    else:
        before = resolution.versions.order_by("-position").first()
    after = _new_version(
        resolution,
        _free_label(resolution, labels.get("after") or reading["document"].get("revision") or _("text")),
        document,
        state=_state_of_new(resolution, reading),
        at=at,
        predecessor=before,
        adopted=reading["document"].get("adopted") or "",
    )
    laid = _write_text(after, reading, side="after")
    if before:
        if "before" in labels:
            lineage.tie_to_tracked(laid=laid, before=before)
        else:
            lineage.tie_to_held(version=after, before=before)
    if document.symbol == "" and reading["document"].get("symbol"):
        Document.objects.filter(pk=document.pk).update(symbol=reading["document"]["symbol"])
    Document.objects.filter(pk=document.pk).update(
        front_matter=reading.get("front_matter") or [], format=reading.get("format") or ""
    )
    places = {row.address: row for row, _node in sorted(laid, key=lambda pair: pair[0].change != GONE)}
    _write_doubts(after, reading, places)
    citations.write(version=after, found=reading.get("citations") or [])
    if before and "before" in labels and before.document_id == document.pk:
        citations.copy_to_predecessor(version=after)
    citations.resolve(resolution=resolution)
    suggestions.propose(version=after, reading=reading, by=by, at=at)
    return after


@transaction.atomic
def adopt(*, version: Version, by: Member, at: datetime, reason: str = "") -> None:
    """Put a version in force. The one that was in force is superseded in the same moment."""
    _locked(version)
    if version.state == State.IN_FORCE:
        raise Refused(_("This version is in force already."))
    for old in version.resolution.versions.filter(state=State.IN_FORCE, language=version.language):
        _move(old, State.SUPERSEDED, by, at, _("superseded by %(label)s") % {"label": version.label})
    _move(version, State.IN_FORCE, by, at, reason)


@transaction.atomic
def set_aside(*, version: Version, state: str, by: Member, at: datetime, reason: str) -> None:
    """Defer, withdraw or propose again a version that is not in force."""
    _locked(version)
    if version.state == State.IN_FORCE or state not in {State.DEFERRED, State.WITHDRAWN, State.PROPOSED}:
        raise Refused(_("A version in force is only superseded, by putting another in force."))
    _move(version, state, by, at, reason)


def _locked(version: Version) -> None:
    """Take the resolution's lock, so that two people who change its versions go one after the other."""
    Resolution.objects.select_for_update().get(pk=version.resolution_id)
    version.refresh_from_db()


def _move(version: Version, state: str, by: Member, at: datetime, reason: str) -> None:
    version.state = state
    tracked.save(row=version, by=by, at=at, why=reason)


def _resolution(said: dict, document: Document) -> Resolution:
    """The resolution that the document says it is, made where we do not hold it.

    A text without symbol and number is told apart by its title; one without a title too is a text of its own, called
    as its file is: nothing says that two such files have to do with each other.
    """
    body = _body(said.get("body"))
    number = (said.get("symbol") if said.get("kind") == "outcome" else None) or said.get("number") or said.get("symbol")
    key = citations.key_of(symbol=said.get("symbol"), body=body, number=said.get("number"), kind=said.get("kind"))
    title = said.get("title") or Path(document.original_name).stem or _("Untitled text")
    if key is None:
        known_by = slugify(said.get("title") or "")[:80] or f"document-{document.pk}"
        key = f"{body.code.replace(' ', '-')}/{known_by}"
    held = Resolution.objects.filter(key=key).first()
    if held:
        return held
    kind = str(said.get("kind"))
    if kind not in Resolution.Kind.values or (kind == Resolution.Kind.OTHER and number):
        kind = Resolution.Kind.RESOLUTION
    # Another text of it may be filed in this moment: whoever comes second waits, and goes on with the row of the first.
    values = {"slug": _slug(key), "body": body, "kind": kind, "number": (number or "")[:40], "title": title}
    return Resolution.objects.get_or_create(key=key, defaults=values)[0]


def _body(name: str | None) -> Body:
    name = (name or _("Unknown body")).strip()
    named = facts.body_names()
    held = named.get(name.casefold()) or named.get(name.casefold().removeprefix("the "))
    if held:
        return held
    values = {"name": name[:200], "short_name": name[:60], "source": _("named in a document")}
    return Body.objects.get_or_create(code=name[:40], defaults=values)[0]


def _slug(key: str) -> str:
    stem = slugify(key.replace("/", "-").replace("&", "-"))[:110] or "text"
    slug, count = stem, 2
    while Resolution.objects.filter(slug=slug).exists():
        slug, count = f"{stem}-{count}", count + 1
    return slug


def _free_label(resolution: Resolution, label: str) -> str:
    """`label`, or "C26 (2)" where another proposal for the same session is held."""
    wanted, count = label[:70], 2
    while resolution.versions.filter(label=wanted).exists():
        wanted, count = f"{label[:70]} ({count})", count + 1
    return wanted


def _new_version(
    resolution: Resolution,
    label: str,
    document: Document,
    *,
    state: str,
    at: datetime,
    predecessor: Version | None = None,
    adopted: str = "",
) -> Version:
    last = resolution.versions.order_by("-position").first()
    version = Version(
        resolution=resolution,
        label=label,
        slug=_version_slug(resolution, label),
        position=last.position + 1 if last else 1,
        state=state,
        session=_session_of(label, resolution.body),
        document=document,
        predecessor=predecessor,
        adopted=adopted[:10] if state == State.IN_FORCE else "",
    )
    tracked.save(row=version, by=document.received_by, at=at)
    return version


def _version_slug(resolution: Resolution, label: str) -> str:
    """The label as it stands in an address: "C26"; capitals are kept, for that is how people say it."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-")[:70] or "text"
    slug, count = stem, 2
    while resolution.versions.filter(slug=slug).exists():
        slug, count = f"{stem}-{count}", count + 1
    return slug


def _session_of(label: str, body: Body) -> Session | None:
    """The session that a label names: "C24" is a session's code; "Rev. Bucharest, 2022" names a place and a year."""
    held = Session.objects.filter(code=label, body=body).first()
    if held:
        return held
    year = re.search(r"\b(19|20)\d{2}\b", label)
    if year is None:
        return None
    meetings = Session.objects.filter(body=body, starts__year=int(year[0]))
    return meetings[0] if len(meetings) == 1 else None


def _state_of_old(resolution: Resolution) -> str:
    """The text that a proposal sets out from is in force, unless we hold another that is."""
    return State.SUPERSEDED if resolution.versions.filter(state=State.IN_FORCE).exists() else State.IN_FORCE


def _state_of_new(resolution: Resolution, reading: dict) -> str:
    """A text with tracked changes, a draft or an amendment is a proposal; an adopted text is in force where none is.

    Where another version is in force, even an adopted text waits as proposed: a person says when it takes its place.
    """
    tracked = any(version["side"] == "before" for version in reading["versions"])
    if tracked or reading["document"].get("kind") in {"draft", "amendment"}:
        return State.PROPOSED
    return State.PROPOSED if resolution.versions.filter(state=State.IN_FORCE).exists() else State.IN_FORCE


@dataclass
class _Text:
    """What is written while a text is laid down, paragraph by paragraph."""

    version: Version
    side: str
    rows: list[tuple[Paragraph, dict, Paragraph | None]] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def take(self, node: dict, section: Section, parent: Paragraph | None, depth: int) -> None:
        """Put a node and what stands below it in the order of reading."""
        if self.side == "before":
            stands = node["text_before"] is not None
            text, number, address = node["text_before"], node["number_before"], node.get("address_before")
        else:
            stands, text, number, address = True, node["text"], node["number"], node["address"]
        address = address or node["address"]
        row = parent
        if stands:
            gone = self.side == "after" and node["change"] == GONE
            row = Paragraph(
                version=self.version,
                section=section,
                position=len(self.rows),
                depth=depth,
                number=(number or "")[:40],
                printed=("" if gone else (node.get("printed") or number or ""))[:40],
                address=address[:400],
                anchor=self._anchor(f"{address} gone" if gone else address),
                text=text or "",
                redline=node.get("redline") or [] if self.side == "after" else [],
                change=(node["change"] or "") if self.side == "after" else "",
                number_before=(node["number_before"] or "")[:40] if self.side == "after" else "",
                footnotes=node.get("footnotes" if self.side == "after" else "footnotes_before") or [],
            )
            self.rows.append((row, node, parent))
        for child in node["children"]:
            self.take(child, section, row, depth + 1 if stands else depth)

    def _anchor(self, address: str) -> str:
        stem = slugify(address.replace("/", " ").replace("–", " dash "))[:180] or "p"
        anchor, count = stem, 2
        while anchor in self.anchors:
            anchor, count = f"{stem}-{count}", count + 1
        self.anchors.add(anchor)
        return anchor


def _write_text(version: Version, reading: dict, *, side: str) -> list[tuple[Paragraph, dict]]:
    """Write one side of a reading; the paragraphs in order, each beside the node it was made from."""
    text = _Text(version, side)
    sections = []
    for position, said in enumerate(reading["sections"]):
        section = Section(
            version=version,
            position=position,
            part=said["kind"],
            address=(said.get("address") or said.get("opener") or said.get("heading") or said["kind"])[:400],
            slug=f"s{position}",
            opener=said.get("opener") or "",
            heading=said.get("heading") or "",
            addressees=said.get("addressees") or [],
        )
        earlier = len(text.rows)
        for node in said["paragraphs"]:
            text.take(node, section, None, 0)
        if len(text.rows) > earlier or side == "after":
            sections.append(section)
    Section.objects.bulk_create(sections)
    # level by level, since a child can only be written when its parent has its key
    for depth in range(max((row.depth for row, _n, _p in text.rows), default=-1) + 1):
        level = [(row, parent) for row, _node, parent in text.rows if row.depth == depth]
        for row, parent in level:
            row.parent = parent
            row.section_id = row.section.pk
        Paragraph.objects.bulk_create([row for row, _parent in level], batch_size=500)
    return [(row, node) for row, node, _parent in text.rows]


def _write_doubts(version: Version, reading: dict, places: dict[str, Paragraph]) -> None:
    Doubt.objects.bulk_create(
        Doubt(
            version=version,
            paragraph=places.get(doubt.get("address") or ""),
            position=position,
            code=doubt["code"][:40],
            sentence=doubt["sentence"],
            text=doubt.get("text") or "",
            readings=list(doubt.get("readings") or []),
        )
        for position, doubt in enumerate(reading.get("doubts") or [])
    )
