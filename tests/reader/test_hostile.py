"""Hostile files: one clear sentence each, soon, in little memory, nothing fetched and nothing shown of other files.

The families are those of rows G1 to G8 of the list of faults.
"""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import reader
from reader.document import Unreadable

from .wordsmith import (
    SPACES,
    W,
    call,
    document,
    document_xml,
    field,
    footnotes,
    gone,
    ins,
    p,
    pack,
    parts,
    r,
    relation,
    relations,
    row,
    styles,
    table,
)  # fmt: skip

SECONDS = 5.0
MEGABYTES = 300
ROOT = Path(__file__).parents[2]
XML = '<?xml version="1.0" encoding="{}"?>'
SECRET = "root:x:0"


def refused(data: bytes, name: str = "file.docx") -> str:
    """The sentence with which a file is refused; it must come in time."""
    start = time.perf_counter()
    with pytest.raises(Unreadable) as caught:
        reader.read(data, name)
    assert time.perf_counter() - start < SECONDS
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def words(data: bytes) -> str:
    """All the words of a file that is read."""
    return "\n".join(line.text for line in reader.manuscript(data, "file.docx").after)


# ── G1: bombs ────────────────────────────────────────────────────────────────────────────────────────────────────


def with_part(name: str, content: bytes) -> bytes:
    return pack(parts(p("resolves")) | {name: content})


def lying(declared: int) -> bytes:
    """A package whose directory says that document.xml is small."""
    data = bytearray(document(p("resolves " * 200_000)))
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[place + 24 : place + 28] = struct.pack("<I", declared)
    return bytes(data)


def overlapping() -> bytes:
    """Two names for the same bytes, as in the bomb that needs no nesting."""
    data = bytearray(with_part("word/media/a.xml", b"<a/>"))
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def many_parts(count: int) -> bytes:
    return pack(parts(p("x")) | {f"word/media/{n}.xml": "" for n in range(count)})


def nested_zip() -> bytes:
    return with_part("word/embeddings/inner.zip", pack({"zeros": b"\0" * 30_000_000}))


BOMBS = {
    "spaces": lambda: with_part("word/comments.xml", b" " * 63_000_000),
    "one large part": lambda: with_part("word/media/a.bin", b"\0" * 70_000_000),
    "many small bombs": lambda: pack(parts(p("x")) | {f"word/media/{n}.bin": b"\0" * 1_000_000 for n in range(250)}),
    "a part that lies about its size": lambda: lying(1000),
    "parts that share their bytes": overlapping,
    "600 parts": lambda: many_parts(600),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused(bomb: str) -> None:
    refused(BOMBS[bomb]())


def test_seventy_thousand_parts_are_refused_before_they_are_listed() -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    listing = entry * 70_000
    for count in (0xFFFF, 70_000 & 0xFFFF, 3):  # as zip64 says it, wrapped around, and a lie
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(listing), 4, 0)
        assert "parts" in refused(b"PK\x03\x04" + listing + end)


def test_a_zip_within_the_file_is_left_alone() -> None:
    assert words(nested_zip()) == "resolves"


# ── G2: containers ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_part_whose_bytes_were_changed_is_refused() -> None:
    data = bytearray(document(p("resolves " + random.Random(1).randbytes(2000).hex())))
    place = data.index(b"word/document.xml") + 200
    data[place : place + 4] = b"\xff\xff\xff\xff"
    assert "damaged" in refused(bytes(data))


def test_a_name_with_a_nul_in_it_is_refused() -> None:
    data = with_part("word/aXb.xml", b"<a/>").replace(b"aXb.xml", b"a\0b.xml")
    refused(data)


# ── G3: XML ──────────────────────────────────────────────────────────────────────────────────────────────────────

LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;]>'
OUTSIDE = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'
BODY = f"<w:document {SPACES}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"


@pytest.mark.parametrize("declaration", [LAUGHS, FILE, PARAMETER, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_refused_in_every_encoding_that_is_read(declaration: str, encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8" else "utf-16"
    xml = (XML.format(name) + declaration + BODY).encode(encoding)
    assert "document type" in refused(pack(parts() | {"word/document.xml": xml}))


@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/styles.xml", "word/numbering.xml",
     "word/footnotes.xml", "word/comments.xml", "docProps/custom.xml", "customXml/item1.xml"],
)  # fmt: skip
def test_a_document_type_is_refused_in_every_part(part: str) -> None:
    files = parts(p("resolves"), styles=styles(), footnotes=footnotes())
    body = str(files.get(part, "<a/>"))
    assert "document type" in refused(pack(files | {part: FILE + body}))


@pytest.mark.parametrize("encoding", ["utf-7", "utf-32", "cp037"])
def test_encodings_in_which_a_declaration_could_hide_are_refused(encoding: str) -> None:
    refused(pack(parts() | {"word/document.xml": (XML.format(encoding) + FILE + BODY).encode(encoding)}))


def test_a_declared_encoding_that_is_a_lie_is_refused() -> None:
    hidden = XML.format("utf-7").encode() + b"+ADwAIQ-DOCTYPE a>" + BODY.encode()
    refused(pack(parts() | {"word/document.xml": hidden}))


def test_an_honest_part_in_utf_16_is_read() -> None:
    xml = document_xml(p("resolves à nouveau")).replace("UTF-8", "UTF-16").encode("utf-16")
    assert words(pack(parts() | {"word/document.xml": xml})) == "resolves à nouveau"


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<w:document",
        "<a/>",
        f'<w:document xmlns:w="{W}"/>',
        f'<w:document xmlns:w="{W}"><w:body></w:document>',
        "<x:a/>",
    ],
)
def test_xml_that_is_none_or_holds_no_text_is_refused(xml: str) -> None:
    refused(pack(parts() | {"word/document.xml": xml}))


def test_a_character_that_xml_does_not_allow_is_damage_and_not_a_want_of_memory() -> None:
    assert "damaged" in refused(pack(parts() | {"word/document.xml": document_xml(p("a\0b"))}))


def test_instructions_to_programs_and_literal_stretches_are_only_text() -> None:
    xml = document_xml(p("a")).replace("<w:p>", "<?run rm?><w:p>").replace(">a<", "><![CDATA[<b>&]]><")
    assert words(pack(parts() | {"word/document.xml": xml})) == "<b>&"


# ── G4: shapes ───────────────────────────────────────────────────────────────────────────────────────────────────


def loose(*blocks: str) -> bytes:
    """A document that is not packed, so that its shape is looked at and not how well it packs."""
    return pack(parts(*blocks), zipfile.ZIP_STORED)


def nest(depth: int, open_: str, close: str, inside: str) -> str:
    return open_ * depth + inside + close * depth


def test_any_depth_is_read_or_refused_and_never_exhausts_us() -> None:
    control = ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>")
    assert words(document(nest(100, *control, p("deep")))) == "deep"
    assert "nested deeper" in refused(document(nest(200, *control, p("deep"))))
    assert "nested deeper" in refused(document(nest(10_000, "<w:ins>", "</w:ins>", r("deep"))))
    tables = nest(60, "<w:tbl><w:tr><w:trPr><w:ins/></w:trPr><w:tc>", "</w:tc></w:tr></w:tbl>", p("deep"))
    assert words(document(tables)) == "deep"


def test_changes_nested_deep_around_many_words_take_no_more_time() -> None:
    many = "".join(p("x") for _ in range(20_000))
    data = loose(nest(120, "<w:ins>", "</w:ins>", nest(120, "<w:del>", "</w:del>", many)))
    start = time.perf_counter()
    assert reader.manuscript(data, "a.docx").after == ()
    assert time.perf_counter() - start < SECONDS


def test_a_text_longer_than_any_paragraph_is_refused() -> None:
    refused(document(p("x" * 11_000_000 + str(random.Random(1).random()))))


def test_circles_of_styles_and_lists_end() -> None:
    ring = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:basedOn w:val="S{(n + 1) % 50}"/></w:style>'
        for n in range(50)
    )
    assert words(document(p("resolves", style="S1"), styles=styles(ring))) == "resolves"


def test_a_list_that_starts_at_a_giant_number_prints_no_giant_label() -> None:
    numbering = (
        f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="99999999999"/>'
        '<w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1%1%1)"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    (line,) = reader.manuscript(document(p("x", number=(1, 0)), numbering=numbering), "a.docx").after
    assert len(line.label or "") < 10_000


HEAVY = {
    "a million empty runs": lambda: loose("<w:p>" + "<w:r/>" * 1_000_000 + "</w:p>"),
    "a million runs in paragraphs": lambda: loose(("<w:p>" + "<w:r/>" * 100 + "</w:p>") * 10_000),
    "a million bookmarks": lambda: loose("<w:p>" + '<w:bookmarkStart w:id="1"/>' * 1_000_000 + "</w:p>"),
    "more elements than are read": lambda: loose("<w:p>" + "<w:r/>" * 2_100_000 + "</w:p>"),
    "two hundred thousand attributes": lambda: loose("<w:p " + " ".join(f'a{n}="1"' for n in range(200_000)) + "/>"),
    "a table of ten thousand rows": lambda: loose(table(*[row(f"<w:tc>{p('x')}</w:tc>") for _ in range(10_000)])),
    "three hundred thousand runs of one paragraph": lambda: loose(
        "<w:p>" + "<w:r><w:t>x</w:t></w:r>" * 300_000 + "</w:p>"
    ),
    "ten thousand reworded paragraphs": lambda: loose(*[p(gone("x"), ins("y")) for _ in range(10_000)]),
}
PEAK = """
import sys, time
from pathlib import Path
import reader
from reader.document import Unreadable
import reader.docx, reader.outline, reader.directions
data = Path(sys.argv[1]).read_bytes()
start = time.process_time()
try:
    reader.read(data, "a.docx"); said = "read"
except Unreadable as refusal:
    said = str(refusal)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(time.process_time() - start, int(peak.split()[1]) // 1024, said, sep="|")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
@pytest.mark.parametrize("shape", HEAVY)
def test_heavy_shapes_are_read_or_refused_in_little_time_and_memory(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "heavy.docx"
    path.write_bytes(HEAVY[shape]())
    done = subprocess.run([sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, megabytes, said = done.stdout.strip().split("|")
    assert float(seconds) < SECONDS, said
    assert int(megabytes) < MEGABYTES, said


# ── G5: relations ────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_outside_the_file_is_fetched_and_links_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*args: object, **kwargs: object) -> None:
        raise AssertionError("the reader tried to open a connection")

    monkeypatch.setattr("socket.socket.connect", forbidden)
    monkeypatch.setattr("socket.getaddrinfo", forbidden)
    targets = {
        "attachedTemplate": "http://127.0.0.1:9/a.dotm", "image": "http://127.0.0.1:9/a.png", "oleObject": "file:///etc/passwd",
        "subDocument": "//host/share/a.docx", "hyperlink": "javascript:alert(1)", "aFChunk": "http://127.0.0.1:9/a.html",
        "styles": "http://127.0.0.1:9/s.xml", "footnotes": "file:///etc/passwd", "numbering": "../../../../etc/passwd",
    }  # fmt: skip
    links = relations(
        *(relation(f"rId{n}", kind, target, "External") for n, (kind, target) in enumerate(targets.items()))
    )
    link = f'<w:hyperlink r:id="rId4">{r("the annex")}</w:hyperlink>'
    files = parts(p("see ", link), '<w:altChunk r:id="rId5"/>') | {"word/_rels/document.xml.rels": links}
    text = words(pack(files))
    assert text == "see the annex"
    inside = relations(relation("rId1", "footnotes", "../../../../../etc/passwd"))
    assert SECRET not in words(pack(parts(p("a", call(2))) | {"word/_rels/document.xml.rels": inside}))


# ── G6: tracked changes, at random ───────────────────────────────────────────────────────────────────────────────


def scripts(count: int) -> Iterator[tuple[str, str, str]]:
    """Paragraphs of changes nested up to six deep, with what stands before and after them, reckoned apart."""
    chance = random.Random(1332)
    for number in range(count):

        def stretch(depth: int, before: bool, after: bool, name: str = str(number)) -> tuple[str, str, str]:
            text = f"{name}{chance.choice('abcdef')} "
            if depth == 0 or chance.random() < 0.3:
                return r(text), text if before else "", text if after else ""
            kind = chance.choice(("ins", "del", "moveFrom", "moveTo", "hyperlink", "field"))
            stays_before = before and kind not in ("ins", "moveTo")
            stays_after = after and kind not in ("del", "moveFrom")
            inner = [stretch(depth - 1, stays_before, stays_after) for _ in range(chance.randint(1, 3))]
            xml, old, new = ("".join(column) for column in zip(*inner, strict=True))
            if kind == "field":
                return field(f"REF _{name}", "").replace(r(""), xml), old, new
            return f"<w:{kind}>{xml}</w:{kind}>", old, new

        pieces = [stretch(6, True, True) for _ in range(4)]
        xml, old, new = ("".join(column) for column in zip(*pieces, strict=True))
        yield f"<w:p>{xml}</w:p>", old, new


def test_changes_nested_at_random_give_exactly_what_accepting_and_rejecting_gives() -> None:
    for xml, old, new in scripts(60):
        manuscript = reader.manuscript(document(xml), "a.docx")
        before = manuscript.after if manuscript.before is None else manuscript.before
        assert "".join(line.text for line in before) == old
        assert "".join(line.text for line in manuscript.after) == new


# ── G7 and G8: active words and names ────────────────────────────────────────────────────────────────────────────

ACTIVE = (
    "=1+1",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% debug %}",
    "\u202eсбив",
    "zero\u200bwidth",
    "e" + "\u0301" * 5000,
)


@pytest.mark.parametrize("text", ACTIVE)
def test_active_words_stay_the_words_that_they_are(text: str) -> None:
    assert words(document(p(r(text)))) == text


@pytest.mark.parametrize("name", ["../../x.docx", "a" * 5000 + ".docx", "<b>.docx", "\0", "", "CON", "\u202excod.exe"])
def test_the_name_of_a_file_changes_nothing(name: str) -> None:
    assert reader.manuscript(document(p("resolves")), name).after[0].text == "resolves"
