"""A PDF made by hand: rows of text at places on pages, for the tests of layouts that no shared document has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Put:
    """Words at a place: `x` from the left and `y` from the top of an A4 page, in points."""

    words: str
    x: float
    y: float
    size: float = 10
    font: str = "R"  # R roman, B bold, I italic


def make(*pages: list[Put], picture: bool = False) -> bytes:
    """A PDF with the standard fonts; with `picture`, each page also shows an image of one grey point."""
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    fonts = {
        name: add(b"<< /Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont /%b >>" % base)
        for name, base in (("R", b"Times-Roman"), ("B", b"Times-Bold"), ("I", b"Times-Italic"))
    }
    image = add(
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream"
    )
    parent = len(objects) + 2 * len(pages) + 1
    kids = []
    for page in pages:
        drawn = [b"q 400 0 0 600 50 100 cm /Im Do Q"] if picture else []
        for put in page:
            words = put.words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            drawn.append(b"BT /%b %g Tf %g %g Td (%b) Tj ET" % (put.font.encode(), put.size, put.x, 842 - put.y, words))
        stream = b"\n".join(drawn)
        content = add(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
        named = b" ".join(b"/%b %d 0 R" % (name.encode(), number) for name, number in fonts.items())
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << %b >> "
                b"/XObject << /Im %d 0 R >> >> >>" % (parent, content, named, image)
            )
        )
    add(b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids)))
    catalogue = add(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, catalogue, table)
    return bytes(out)
