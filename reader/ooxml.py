"""Names and small readings that the rooms of the Word side share: namespaces, attributes, measures, symbols."""

from __future__ import annotations

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

# The "strict" dialect of the same format (ISO/IEC 29500-4 calls the common one transitional) differs in its names.
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M.encode(),
}


def w(name: str) -> str:
    """The full tag or attribute name: "p" → "{…wordprocessingml…}p"."""
    return f"{{{W}}}{name}"


VAL = w("val")


def val(element: etree._Element) -> str | None:
    """The w:val attribute, which holds nearly every setting."""
    return element.get(VAL)


def on(element: etree._Element) -> bool:
    """A toggle such as w:b: there and not switched off."""
    return element.get(VAL) not in ("0", "false", "off")


def twips(text: str | None) -> float | None:
    """A measure in points: "794" (twentieths of a point) → 39.7; strict files also write "39.7pt"."""
    if not text:
        return None
    units = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0, "pi": 12.0}
    try:
        if text[-2:] in units:
            return round(float(text[:-2]) * units[text[-2:]], 2)
        points = round(float(text) / 20, 2)
    except ValueError:
        return None
    return points if abs(points) < 10_000 else None


# Word keeps signs of the Symbol and Wingdings fonts in a private area of Unicode; these are what a reader sees.
BULLETS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf02d": "–",
    "\uf0be": "–",
    "\uf06f": "o",
    "\uf076": "❖",
    "\uf0a8": "•",
    "\uf0e0": "→",
    "\uf0de": "⇒",
    "\uf06e": "■",
    "\uf071": "□",
    "\uf0f0": "⇨",
    "\uf02a": "*",
    "\u00b7": "•",
}
GREEK = dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)) | dict(
    zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)
)
SIGNS = {
    0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB0: "°", 0xB7: "•", 0xAE: "→",
    0xA5: "∞", 0x2D: "–", 0xBE: "–", 0xDE: "⇒", 0xA2: "′", 0xB2: "″", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xE4: "™",
    0xE3: "©",
}  # fmt: skip


def symbol(font: str, code: str) -> str:
    """The sign of a w:sym: ("Symbol", "F061") → "α". An unknown sign of a symbol font becomes "□", never nothing."""
    try:
        point = int(code, 16)
    except ValueError:
        return "\ufffd"
    if not 0xF000 <= point <= 0xF0FF:
        usable = 0x20 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0x10000 <= point <= 0x10FFFF
        return chr(point) if usable else "\ufffd"
    low = point - 0xF000
    if font.lower() == "symbol":
        return GREEK.get(low) or SIGNS.get(low) or (chr(low) if 0x20 <= low < 0x7F else "□")
    return BULLETS.get(chr(point)) or ("□" if font.lower().startswith(("wingdings", "webdings")) else chr(low))
