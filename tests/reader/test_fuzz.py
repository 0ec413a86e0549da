"""Any input gets an answer: nothing but `Unreadable` comes out of the reader.

A short run by default. READER_FUZZ=20000 makes that many trials of each kind (row G11 of the list of faults).
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reader
from reader.document import Unreadable

from .wordsmith import call, cell, document, field, footnotes, gone, ins, level, lists, p, r, row, style, styles, table

REDLINE = (Path(__file__).parents[2] / "mandates/samples/council-resolution-1332-c26-proposal.docx").read_bytes()
LONG = int(os.environ.get("READER_FUZZ", "0"))
TRIALS = LONG or 40
calm = settings(max_examples=LONG or 60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
NAMES = st.sampled_from(["a.docx", "a.pdf", "a.html", "a.txt", "a.xml", ""])

# One of everything, so that a mutation meets every branch of the walk.
EVERYTHING = document(
    p("RESOLUTION 1332 (C11, last amended ", gone("C24"), ins("C26"), ")", style="Res"),
    p("The ITU Council,"), p("resolves", style="Call"), p("1\tto report ", gone("annually"), call(2), number=(1, 0)),
    p(ins("a)\tnew"), mark="ins", number=(1, 1)), p(gone("b)\told"), mark="del"),
    p("c) ", field("REF x", "resolves 1")),
    table(row(cell(p("in"), change="cellIns"), cell(p(gone("x"), mark="del"))), row(cell(p("y")), change="del")),
    p("<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" + p("box") + "</w:txbxContent></mc:Choice><mc:Fallback>"
      + r("box") + "</mc:Fallback></mc:AlternateContent></w:r>"),
    p("instructs the Secretary-General"), p("to submit a report to CSTD 30 in 2027 on Action Lines C2 to C6,"),
    styles=styles(style("Call", "Call", letters="<w:i/>"), style("Res", "Res_No", '<w:jc w:val="center"/>')),
    numbering=lists(level(0, "decimal", "%1"), level(1, "lowerLetter", "%2)")),
    footnotes=footnotes(n2=p("Including ", gone("ICANN"))),
)  # fmt: skip
AKN = (
    b'<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><statement><meta/><preface/><mainBody>'
    b'<paragraph eId="p1"><num>1.</num><content><p>resolves to act</p></content></paragraph>'
    b"</mainBody></statement></akomaNtoso>"
)
HTML = (
    b"<!doctype html><h1>RESOLUTION 1</h1><p>The Council,<p><i>resolves</i><ol><li>to act<ol type=a><li>now</ol></ol>"
)
TEXT = b"""RESOLUTION 7

The Council,

resolves
1\tto report annually;
2\tthat
a)\tit acts;

instructs the Director
to act.
"""
FRAGMENTS = (
    b"<w:p>", b"</w:p>", b"<w:ins>", b"</w:ins>", b"<w:del/>", b"<w:tbl>", b"\x00", b"\xff", b"&#x0;",
    b"&amp;", b"<", b">", b'"', b"<w:numId w:val='1'/>", b"<w:fldChar w:fldCharType='begin'/>",
    b"<w:t>a)\t</w:t>", b"<!--", b"]]>", b"99999999999999999999", b"-1", "\u202e\u0301С26/59".encode(),
    b"<w:tab/>", b"<w:footnoteReference w:id='2'/>", b"1\t", b"resolves", b"instructs",
)  # fmt: skip


def answers(data: bytes, name: str) -> None:
    """The reader answers: with a reading that prints, or with one sentence."""
    sentence = "."
    try:
        json.dumps(reader.as_json(reader.read(data, name)))
    except Unreadable as refusal:
        sentence = str(refusal)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@calm
@given(st.binary(max_size=2000), NAMES)
def test_any_bytes(data: bytes, name: str) -> None:
    answers(data, name)


@calm
@given(st.text(max_size=1500), NAMES)
def test_any_text(text: str, name: str) -> None:
    answers(text.encode("utf-8", "surrogatepass"), name)


WORDS = st.sampled_from(
    [
        *[
            "resolves",
            "instructs",
            "the",
            "Secretary-General",
            "Council",
            "to",
            "report",
            "annually",
            ",",
            ";",
            ":",
            ".",
            "(",
            ")",
            "a)",
            "i)",
            "1",
            "2",
            "1.1",
            "–",
            "(a)",
            "b)bis",
            "C2",
        ],
        *[
            "by",
            "June",
            "2027",
            "through",
            "at",
            "its",
            "thirtieth",
            "session",
            "invites",
            "Member",
            "States",
            "Resolution",
            "140",
            "C7",
            "SDG",
            "9",
            "§",
            "109",
        ],
        *[
            "Annex",
            "46",
            "C24C26",
            "considering",
            "that",
            "further",
            "RESOLUTION",
            "1332",
            "The",
            "ITU",
            "Council,",
            "А/70/1",
            "\u200b",
            "́",
        ],
        *("\t", "\n", "\n", "\n\n", "(Rev. Bucharest, 2022)"),
    ]
)


@calm
@given(st.lists(WORDS, max_size=120))
def test_words_of_resolutions_in_any_order(words: list[str]) -> None:
    answers(" ".join(words).encode(), "a.txt")
    answers(document(*(p(r(line)) for line in " ".join(words).split("\n"))), "a.docx")


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes with a few stretches cut, doubled, swapped, overwritten or put in."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        if not out:
            break
        at = chance.randrange(len(out))
        end = min(len(out), at + chance.choice((1, 1, 4, 30, 400)))
        act = chance.randrange(5)
        if act == 0:
            del out[at:end]
        elif act == 1:
            out[at:at] = out[at:end] * chance.randint(1, 3)
        elif act == 2:
            other = chance.randrange(len(out))
            out[other:other] = out[at:end]
        elif act == 3:
            out[at : at + 1] = bytes([chance.randrange(256)])
        else:
            out[at:at] = chance.choice(FRAGMENTS)
    return bytes(out)


def shuffled(xml: bytes, chance: random.Random) -> bytes:
    """Well-formed XML whose elements were moved, doubled, renamed or taken away."""
    from lxml import etree

    root = etree.fromstring(xml)
    elements = list(root.iter())
    for _ in range(chance.randint(1, 12)):
        one, other = chance.choice(elements), chance.choice(elements)
        if one is root or one.getparent() is None:
            continue
        act = chance.randrange(4)
        if act == 0:
            one.getparent().remove(one)
        elif act == 1 and other not in one.iter():
            other.insert(chance.randint(0, len(other)), one)
        elif act == 2:
            one.tag = other.tag
        else:
            one.text = chance.choice(("", "a)\t", "46", "resolves", other.text or ""))
            for key in list(one.attrib):
                one.set(key, chance.choice(("", "-1", "0", "1", "begin", "99999999999", "ｘ")))
    return etree.tostring(root)


def repacked(data: bytes, chance: random.Random) -> bytes:
    """The package with one of its parts changed."""
    source = zipfile.ZipFile(io.BytesIO(data))
    names = source.namelist()
    target = chance.choice([*names, *["word/document.xml"] * 3])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            content = source.read(name)
            if name == target:
                content = (mutated if chance.random() < 0.4 else shuffled)(content, chance)
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("document", ["everything", "redline"])
def test_a_word_file_whose_parts_were_changed(document: str) -> None:
    source = {"everything": EVERYTHING, "redline": REDLINE}[document]
    for seed in range(TRIALS):
        answers(repacked(source, random.Random(seed)), "a.docx")


@pytest.mark.parametrize("document", ["package", "akn", "html", "text"])
def test_a_file_whose_bytes_were_changed(document: str) -> None:
    source = {"package": EVERYTHING, "akn": AKN, "html": HTML, "text": TEXT}[document]
    for seed in range(TRIALS):
        answers(mutated(source, random.Random(seed)), "a")


def test_the_lines_of_the_redline_in_any_order() -> None:
    xml = zipfile.ZipFile(io.BytesIO(REDLINE)).read("word/document.xml").decode()
    paragraphs = re.findall(r"<w:p>.*?</w:p>", xml)
    for seed in range(max(TRIALS // 10, 3)):
        chance = random.Random(seed)
        answers(document(*chance.sample(paragraphs, chance.randint(1, len(paragraphs)))), "a.docx")
