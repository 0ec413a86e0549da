"""A `Reading` as the JSON that `python -m reader` and `manage.py readdocument --json` print, and imports read."""

from __future__ import annotations

from typing import Any

from reader.document import Citation, Deadline, Doubt, Instruction, Note, Paragraph, Reading, Section

Json = dict[str, Any]


def as_json(reading: Reading) -> Json:
    """A `Reading` as plain dictionaries, lists, strings and numbers. Offsets count characters of a paragraph's text."""
    title = reading.title
    return {
        "document": {
            "kind": title.kind,
            "symbol": title.symbol,
            "number": title.number,
            "title": title.title,
            "body": title.body,
            "revision": title.revision,
            "adopted": title.adopted,
            "style": title.style,
            "warnings": [each.sentence for each in reading.doubts],
        },
        "versions": [{"label": version.label, "side": version.side.value} for version in reading.versions],
        "sections": [section(one) for one in reading.sections],
        "instructions": [instruction(one) for one in reading.instructions],
        "instructions_before": [instruction(one) for one in reading.instructions_before],
        "citations": [citation(one) for one in reading.citations],
        "doubts": [doubt(one) for one in reading.doubts],
        "front_matter": list(reading.front_matter),
        "format": reading.format,
    }


def section(one: Section) -> Json:
    return {
        "kind": one.part.value,
        "address": one.address,
        "opener": one.opener,
        "heading": one.heading,
        "addressees": list(one.addressees),
        "paragraphs": [paragraph(each) for each in one.paragraphs],
    }


def paragraph(one: Paragraph) -> Json:
    return {
        "address": one.address,
        "address_before": one.address_before,
        "number": one.number,
        "number_before": one.number_before,
        "printed": one.printed,
        "text": one.text,
        "text_before": one.text_before,
        "change": one.change.value if one.change is not None else None,
        "redline": [{"text": run.text, "side": run.side.value} for run in one.redline],
        "children": [paragraph(each) for each in one.children],
        "footnotes": [note(each) for each in one.footnotes],
        "footnotes_before": [note(each) for each in one.footnotes_before],
    }


def note(one: Note) -> Json:
    return {"mark": one.mark, "text": one.text, "at": one.at}


def instruction(one: Instruction) -> Json:
    return {
        "address": one.address,
        "verb": one.verb,
        "force": one.force,
        "addressees": list(one.addressees),
        "action": one.action,
        "deliverable": one.deliverable,
        "reports_to": list(one.reports_to),
        "via": list(one.via),
        "deadline": deadline(one.deadline),
        "action_lines": list(one.action_lines),
        "sdgs": list(one.sdgs),
        "qualifiers": list(one.qualifiers),
        "citations": list(one.citations),
        "spans": {key: list(span) for key, span in one.spans.items()},
        "rules": dict(one.rules),
        "confidences": dict(one.confidences),
        "confidence": one.confidence,
    }


def deadline(one: Deadline | None) -> Json | None:
    if one is None:
        return None
    return {
        "text": one.text,
        "session": one.session,
        "date": one.date,
        "year": one.year,
        "recurrence": one.recurrence,
        "until": one.until,
        "past": one.past,
    }


def citation(one: Citation) -> Json:
    return {"address": one.address, "text": one.text, "key": one.key, "kind": one.kind, "span": list(one.span)}


def doubt(one: Doubt) -> Json:
    return {
        "code": one.code,
        "sentence": one.sentence,
        "address": one.address,
        "text": one.text,
        "readings": list(one.readings),
        "side": one.side.value,
        "span": list(one.span) if one.span is not None else None,
    }
