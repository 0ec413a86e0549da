"""The reader against the floor under it: unzipping a Word file and parsing its XML, and nothing else.

    python -m bench.reader

Prints a line per goal and exits with 1 when one is missed. The document is made up from a seed: resolutions with
openers, numbered and lettered items, deadlines and references, a tenth of the items new and a tenth struck, written
as Word writes them: revision ids on paragraphs and runs, fonts and languages on runs, words cut wherever they were
once edited or their spelling was looked at. That comes to some 3,600 paragraphs in 5 MB, 1,400 bytes each, which is
the shape of the trial that the goals were set by.
Floor and reader take turns, so that a busy machine slows both; each figure is the median of five turns, and what a turn
made is let go after its clock has stopped. The clock counts processor time, not time on the wall: floor and reader run
in one thread and wait for nothing, and on a machine that others use as well, as those of CI are, the wall clock would
count their work too. Memory is the peak of a fresh process that reads the file, less that of one that only imports the
reader and holds the file's bytes.
"""

from __future__ import annotations

import gc
import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

import reader
from reader import docx
from reader.gate import admit

TURNS = 5
GOALS = {"R1": 2.5, "R2": 10.0, "R3": 2.3, "R4": 60.0}
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)

OPENERS = (
    "recalling",
    "considering",
    "recognizing",
    "noting",
    "resolves",
    "instructs the Secretary-General",
    "instructs the Directors of the Bureaux",
    "invites Member States and Sector Members",
)
ACTS = (
    "to encourage the sharing of experience and of good practice concerning",
    "to strengthen cooperation among all stakeholders, each in its role, with regard to",
    "to raise awareness, in particular among young people and persons with specific needs, of",
    "that emphasis should be placed on the concrete results that Member States have seen of",
    "that the membership has repeatedly underlined, at its meetings and in its contributions, the value of",
    "to report annually to the Council on",
    "to continue to coordinate, as appropriate,",
    "to submit a report to CSTD 30 on",
    "to facilitate, within existing resources,",
    "to take the necessary measures for",
    "to support the developing countries in",
    "to prepare, in consultation with the membership,",
    "to present to the 2027 session of the Council",
)
THINGS = (
    "the implementation of the WSIS outcomes",
    "the role of ITU in Action Lines C2, C5 and C6",
    "the 2030 Agenda",
    "Resolution 140 (Rev. Bucharest, 2022)",
    "the WSIS Forum and the WSIS Stocktaking database",
    "SDG 9 and its targets",
    "the activities of the Task Force on WSIS and the SDGs",
    "the outcomes of UNGA Resolution 80/173",
    "capacity building and digital skills",
    "bridging the digital divides, including the gender divide",
)
TAILS = (
    "bearing in mind that the digital divides remain wide both between countries and within them",
    "as an essential means of reaching those who are still not connected, wherever they live",
    "on the basis of the needs that countries have expressed and of the resources at hand",
    "so that all may share in the benefits of the information society, on an equal footing",
    "with a view to achieving the Sustainable Development Goals",
    "in line with resolves 3 above",
    "taking into account the needs of developing countries",
    "before the next plenipotentiary conference",
    "through the Council working group",
    "in close collaboration with other UN agencies",
)


IDS = 'w:rsidR="00A72C5E" w:rsidRDefault="00A72C5E"'
RUN_ID = 'w:rsidRPr="00813E5E"'
LOOK = '<w:rPr><w:rFonts w:cstheme="minorHAnsi"/><w:szCs w:val="24"/><w:lang w:val="en-GB"/></w:rPr>'
PIECE = 26  # letters of a run, on average: Word cuts where a word was once edited, and never heals


def document(size: int, seed: int = 1332) -> bytes:
    """A document.xml of about `size` bytes."""
    chance = random.Random(seed)
    out = [f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{W}"><w:body>']
    length = 0
    number = 1300
    while length < size:
        number += 1
        parts = [paragraph("Proposal", "MOD")] if number == 1301 else []
        parts.append(
            paragraph(
                "ResNo", f"RESOLUTION {number} (C24, last amended C26)" if number == 1301 else f"ANNEX {number - 1301}"
            )
        )
        parts.append(paragraph("Restitle", f"ITU role in {chance.choice(THINGS)}"))
        if number == 1301:
            parts.append(paragraph(None, "The ITU Council,"))
        for index, opener in enumerate(OPENERS):
            parts.append(paragraph("Call", opener))
            for place in range(chance.randint(4, 12)):
                label = f"{chr(97 + place)})" if index < 4 else str(place + 1)
                parts.append(item(chance, label))
                if chance.random() < 0.2:
                    parts.extend(item(chance, mark, "enumlev1") for mark in ("i)", "ii)", "iii)"))
        text = "".join(parts)
        length += len(text)
        out.append(text)
    out.append('<w:sectPr><w:pgSz w:w="11907" w:h="16840"/></w:sectPr></w:body></w:document>')
    return "".join(out).encode()


def item(chance: random.Random, label: str, style: str | None = None) -> str:
    """An item: one in ten new, one in ten struck, one in ten reworded; Word cuts its words into several runs."""
    words = f"{chance.choice(ACTS)} {chance.choice(THINGS)} and {chance.choice(THINGS)}, {chance.choice(TAILS)};"
    fate = chance.random()
    if fate < 0.1:
        return paragraph(style, "", changed("ins", f"{label}\t{words}"), mark="ins")
    if fate < 0.2:
        return paragraph(style, "", changed("del", f"{label}\t{words}"), mark="del")
    cut = words.index(" ", len(words) // 2)
    middle = changed("del", chance.choice(TAILS)) + changed("ins", chance.choice(THINGS)) if fate < 0.3 else ""
    return paragraph(style, "", pieces(chance, f"{label}\t{words[:cut]} ") + middle + pieces(chance, words[cut + 1 :]))


def pieces(chance: random.Random, text: str) -> str:
    """The runs that Word makes of a text."""
    out, place = [], 0
    while place < len(text):
        end = place + chance.randint(PIECE // 3, 2 * PIECE)
        out.append(run(text[place:end]))
        if chance.random() < 0.2:
            out.append('<w:proofErr w:type="spellStart"/>')
        place = end
    return "".join(out)


def run(text: str, tag: str = "t") -> str:
    parts = [f'<w:{tag} xml:space="preserve">{escape(part)}</w:{tag}>' for part in text.split("\t")]
    begin = f"<w:r {RUN_ID}>{LOOK if len(text) % 3 else ''}"  # two thirds of the runs, always the same ones
    return begin + f"</w:r><w:r><w:tab/></w:r>{begin}".join(parts) + "</w:r>"


def changed(kind: str, text: str) -> str:
    who = 'w:id="7" w:author="A. Delegate" w:date="2026-04-02T09:00:00Z"'
    return f"<w:{kind} {who}>{run(text, 't' if kind == 'ins' else 'delText')}</w:{kind}>"


def paragraph(style: str | None, text: str, runs: str = "", mark: str | None = None) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if mark:
        properties += f'<w:rPr><w:{mark} w:id="8" w:author="A. Delegate" w:date="2026-04-02T09:00:00Z"/></w:rPr>'
    return f"<w:p {IDS}>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{runs or run(text)}</w:p>"


def package(xml: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", xml)
    return out.getvalue()


def floor(data: bytes) -> object:
    """What nobody can save: unpack document.xml and parse it with the same parser."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(
            archive.read("word/document.xml"), etree.XMLParser(resolve_entities=False, no_network=True)
        )


def both_readings(data: bytes) -> object:
    admit(data, "bench.docx")
    return docx.manuscript(data)


def everything(data: bytes) -> object:
    return reader.read(data, "bench.docx")


def medians(*works: Callable[[], object], turns: int = TURNS) -> list[float]:
    """The median processor time of each piece of work in seconds; they take turns.

    One turn before the first is not counted.
    """
    times: list[list[float]] = [[] for _ in works]
    for turn in range(turns + 1):
        for work, kept in zip(works, times, strict=True):
            tidy()
            start = time.process_time()
            made = work()
            if turn:
                kept.append(time.process_time() - start)
            del made
    return [statistics.median(kept) for kept in times]


def tidy() -> None:
    """Give back what the turn before has let go, so that the next one does not pay for it.

    The C library returns memory to the system at the next release of a larger block, which would fall into the clock
    of whoever comes next; after a tree of 5 MB of XML that costs as much as half of parsing it.
    """
    gc.collect()
    block = bytearray(1 << 17)
    del block


PEAK = """
import resource, sys
from pathlib import Path
import reader, reader.docx, reader.outline, reader.directions
data = Path(sys.argv[1]).read_bytes()
if sys.argv[2] == "busy":
    reader.read(data, "bench.docx")
try:  # the peak of this program; what getrusage says may be that of the process that started it
    lines = Path("/proc/self/status").read_text().splitlines()
    print(1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
except (OSError, StopIteration):
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def memory(data: bytes) -> int:
    """The bytes that reading everything adds to the peak of a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.docx")
        path.write_bytes(data)
        idle, busy = (
            int(subprocess.run([sys.executable, "-c", PEAK, path, what], check=True, capture_output=True).stdout)
            for what in ("idle", "busy")
        )
    return busy - idle


def say(goal: str, what: str, figure: float) -> bool:
    fine = figure <= GOALS[goal]
    print(f"{goal} {what} {figure:.2f} <= {GOALS[goal]:g} {'ok' if fine else 'MISSED'}", flush=True)
    return fine


def main() -> int:
    small_xml, large_xml = document(5_000_000), document(10_000_000)
    small, large = package(small_xml), package(large_xml)
    bottom, readings, full = medians(lambda: floor(small), lambda: both_readings(small), lambda: everything(small))
    fine = [
        say("R1", "both readings of the text", readings / bottom),
        say("R2", "everything up to the instructions", full / bottom),
    ]
    five, ten = medians(lambda: everything(small), lambda: everything(large), turns=3)
    fine.append(say("R3", "10 MB against 5 MB", ten / five))
    fine.append(say("R4", "peak memory / XML size", memory(small) / len(small_xml)))
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
