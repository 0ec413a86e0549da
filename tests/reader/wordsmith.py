"""Writes Word files from a few lines, so that a test shows the document it is about.

    document(p("a)\\t", ins("to report "), "annually;"), p("gone", mark="del"))

is the bytes of a .docx of two paragraphs. A string in `p` is a run of plain words, where "\\t" is a tab.
"""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PART = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WHO = 'w:id="1" w:author="A. Delegate" w:date="2026-04-02T09:00:00Z"'
KINDS = ("styles", "numbering", "footnotes", "endnotes")


def r(text: str, properties: str = "", tag: str = "t") -> str:
    """A run: r("noting", "<w:i/>")."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    pieces = (f'<w:{tag} xml:space="preserve">{escape(piece)}</w:{tag}>' if piece else "" for piece in text.split("\t"))
    return f"<w:r>{look}{'<w:tab/>'.join(pieces)}</w:r>"


def runs(*parts: str) -> str:
    return "".join(part if part.startswith("<") else r(part) for part in parts)


def ins(*parts: str) -> str:
    return f"<w:ins {WHO}>{runs(*parts)}</w:ins>"


def gone(*parts: str) -> str:
    """Struck words; a deletion may stand within an insertion: ins("kept", gone("struck again"))."""
    return f"<w:del {WHO}>{runs(*parts).replace('<w:t ', '<w:delText ').replace('</w:t>', '</w:delText>')}</w:del>"


def moved_away(*parts: str) -> str:
    return f"<w:moveFrom {WHO}>{runs(*parts)}</w:moveFrom>"


def moved_here(*parts: str) -> str:
    return f"<w:moveTo {WHO}>{runs(*parts)}</w:moveTo>"


def p(*parts: str, style: str = "", mark: str = "", number: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph. `mark` is what was done to its mark ("ins", "del"); `number` its list and level; `more` raw."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    properties += f"<w:rPr><w:{mark} {WHO}/></w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{properties}{more}</w:pPr>{runs(*parts)}</w:p>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells: str, change: str = "") -> str:
    """A row; `change` is "ins" or "del" where all of it was added or struck."""
    return f"<w:tr>{f'<w:trPr><w:{change} {WHO}/></w:trPr>' if change else ''}{''.join(cells)}</w:tr>"


def cell(*paragraphs: str, change: str = "") -> str:
    """A cell; `change` is "cellIns" or "cellDel"."""
    return f"<w:tc>{f'<w:tcPr><w:{change} {WHO}/></w:tcPr>' if change else ''}{''.join(paragraphs)}</w:tc>"


def level(ilvl: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a list: level(0, "lowerLetter", "%1)")."""
    return (
        f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*levels: str, nums: str = "") -> str:
    """numbering.xml with one list, used by w:numId 1; `nums` holds further w:num elements."""
    return (
        f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{nums}</w:numbering>'
    )


def styles(*parts: str) -> str:
    return f"<w:styles {SPACES}>{''.join(parts)}</w:styles>"


def style(key: str, name: str, properties: str = "", letters: str = "", based_on: str = "", more: str = "") -> str:
    parent = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"{more}><w:name w:val="{name}"/>{parent}'
        f"<w:pPr>{properties}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def footnotes(**notes: str) -> str:
    """footnotes.xml: footnotes(n2=p("Including ICANN."))."""
    inner = "".join(f'<w:footnote w:id="{key[1:]}">{text}</w:footnote>' for key, text in notes.items())
    rule = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    return f"<w:footnotes {SPACES}>{rule}{inner}</w:footnotes>"


def call(number: int) -> str:
    """Where a footnote is called."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def field(code: str, result: str) -> str:
    """A complex field: its code, and the result that Word shows."""

    def sign(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return f"{sign('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{sign('separate')}{r(result)}{sign('end')}"


def document_xml(*blocks: str) -> str:
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{declaration}<w:document {SPACES}><w:body>{''.join(blocks)}</w:body></w:document>"


def content_types(main: str = MAIN, more: str = "") -> str:
    kinds = "".join(f'<Override PartName="/word/{kind}.xml" ContentType="{PART.format(kind)}"/>' for kind in KINDS)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
        f"{kinds}{more}</Types>"
    )


def relations(*parts: str) -> str:
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(parts)}</Relationships>'


def relation(key: str, kind: str, target: str, mode: str = "") -> str:
    where = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{where}/>'


def parts(*blocks: str, **others: str) -> dict[str, str | bytes]:
    """The parts of a package by name; `others` are whole parts: styles=…, numbering=…, footnotes=…, endnotes=…."""
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(relation("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": document_xml(*blocks),
        "word/_rels/document.xml.rels": relations(
            *(relation(f"rId{n}", kind, f"{kind}.xml") for n, kind in enumerate(KINDS) if kind in others)
        ),
    }
    return found | {f"word/{kind}.xml": text for kind, text in others.items()}


def pack(files: dict[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The zip package of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def document(*blocks: str, **others: str) -> bytes:
    """A .docx of these blocks."""
    return pack(parts(*blocks, **others))
