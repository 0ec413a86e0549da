"""The zip package of a Word file: inspected from its directory first, unpacked only when nothing speaks against it."""

from __future__ import annotations

import io
import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import unquote

from lxml import etree

from reader.document import Unreadable
from reader.limits import Limits, megabytes
from reader.ooxml import RELATIONS, STRICT
from reader.safe_xml import DAMAGED, PASSAGE, SHORTEST, checked_pieces, checked_xml, elements, parsed, passages

TYPES = "[Content_Types].xml"
SAVE_AS = "save it in Word as a .docx document and bring that in"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# What the zip library raises on files that are broken, or meant to break it.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    IndexError,
)


@dataclass(slots=True)
class Package:
    """An inspected package. `types` maps a part to its content type; parts are named without a leading slash."""

    archive: zipfile.ZipFile
    limits: Limits
    infos: dict[str, zipfile.ZipInfo]
    main: str = ""
    types: dict[str, str] = field(default_factory=dict)
    xml_bytes: int = 0
    elements: int = 0

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, some at a time, and never more than its directory entry promised."""
        info = self.infos.get(name.lower())
        if info is None:
            return
        size = 0
        try:
            with self.archive.open(info) as part:
                while piece := part.read(PASSAGE):
                    size += len(piece)
                    if size > self.limits.part_bytes:
                        raise Unreadable(too_large(self.limits))
                    yield piece
        except BROKEN:
            raise Unreadable(DAMAGED) from None

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is no such part."""
        return b"".join(self.pieces(name)) if name.lower() in self.infos else None

    def xml(self, name: str) -> etree._Element | None:
        """The root of an XML part, checked before it is parsed; None where there is no such part."""
        data = self.read(name)
        return None if data is None else self.tree(data)

    def tree(self, data: bytes) -> etree._Element:
        return parsed(self.checked(data))

    def passages(self, name: str, tag: str) -> Iterator[etree._Element]:
        """The children of the first `tag` of an XML part, some at a time, as `safe_xml.passages` gives them."""
        info = self.infos[name.lower()]
        pieces = checked_pieces(self.pieces(name), info.file_size, self.limits)
        first = next(pieces, b"")
        if any(strict in first for strict in STRICT):  # its names may lie across the border of two pieces
            pieces = iter((self.checked(first + b"".join(pieces)),))
        else:
            pieces = chain((first,), pieces)
        return passages(pieces, tag)

    def checked(self, data: bytes) -> bytes:
        """The bytes of an XML part, safe to parse, in the names of the common dialect of the format."""
        data = checked_xml(data, self.limits)
        self.xml_bytes += len(data)
        if self.xml_bytes // SHORTEST > self.limits.elements:
            self.elements += elements(data)
        if self.xml_bytes > self.limits.xml_bytes or self.elements > self.limits.elements:
            raise Unreadable("The file holds more text than can be read at once.")
        if b"http://purl.oclc.org/ooxml/" in data[:10_000]:
            for strict, common in STRICT.items():
                data = data.replace(strict, common)
        return data

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """The relations of a part: id → (last word of the type, target, whether it lies outside the file).

        Targets outside are only ever named, never fetched.
        """
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str, bool]] = {}
        if root is None:
            return found
        for relation in root.iter(f"{{{RELATIONS}}}Relationship"):
            kind = (relation.get("Type") or "").rsplit("/", 1)[-1]
            target = relation.get("Target") or ""
            outside = relation.get("TargetMode") == "External"
            if not outside:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found[relation.get("Id") or ""] = (kind, target, outside)
        return found

    def screen(self, read: set[str]) -> None:
        """Look through the XML parts that nobody has read: a hostile declaration is refused wherever it hides."""
        for name, info in self.infos.items():
            if name in read or info.is_dir():
                continue
            kind = self.types.get(name, "")
            if name.endswith((".xml", ".rels", ".vml")) or kind.endswith(("+xml", "/xml")):
                data = self.read(name)
                if data:
                    checked_xml(data, self.limits)


def too_large(limits: Limits) -> str:
    return f"A part of the file unpacks to more than {megabytes(limits.part_bytes)}; it is not opened."


def inspect(data: bytes, limits: Limits) -> Package:
    """The package in `data`, refused unless it is a Word document within the limits. Unpacks the list of types only."""
    check_directory(data, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise Unreadable(DAMAGED) from None
    infos = checked_entries(archive, limits, len(data))
    package = Package(archive, limits, infos)
    find_main(package)
    return package


def check_directory(data: bytes, limits: Limits) -> None:
    """The size of the zip's directory, before Python makes an object of each of 70,000 entries."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or end + 22 > len(data):
        raise Unreadable(DAMAGED)
    entries, size = struct.unpack_from("<HI", data, end + 10)
    if entries > limits.parts and entries != 0xFFFF:
        raise Unreadable(f"The file holds {entries:,} parts; a document of at most {limits.parts} can be read.")
    if (entries == 0xFFFF or size != 0xFFFFFFFF) and (entries == 0xFFFF or size > limits.parts * 1024):
        raise Unreadable(f"The file holds more parts than the {limits.parts} that can be read.")


def checked_entries(archive: zipfile.ZipFile, limits: Limits, length: int) -> dict[str, zipfile.ZipInfo]:
    """The entries by lower-case name, each checked: nothing encrypted, doubled, outside the package or over a limit."""
    infos: dict[str, zipfile.ZipInfo] = {}
    entries = archive.infolist()
    if len(entries) > limits.parts:
        raise Unreadable(f"The file holds {len(entries):,} parts; a document of at most {limits.parts} can be read.")
    total = 0
    for info in entries:
        name = info.filename.replace("\\", "/")
        if (
            "\x00" in info.orig_filename
            or name.startswith("/")
            or ":" in name.split("/", 1)[0]
            or ".." in name.split("/")
        ):
            raise Unreadable("The file holds a part whose name points outside the file; it is not opened.")
        if info.flag_bits & 0x1:
            raise Unreadable("The file is encrypted with a password; save it without the password and bring that in.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(f"The file is packed in a way that Word does not use; {SAVE_AS}.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Unreadable("The file holds a link to another file; it is not opened.")
        if name.lower() in infos:
            raise Unreadable("The file holds two parts of the same name; it is not opened.")
        if info.file_size > limits.part_bytes:
            raise Unreadable(too_large(limits))
        if info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise Unreadable("The file unpacks to many times its size, as no document does; it is not opened.")
        total += info.file_size
        infos[name.lower()] = info
    if total > limits.unpacked_bytes:
        raise Unreadable(
            f"The file unpacks to {megabytes(total)}; at most {megabytes(limits.unpacked_bytes)} can be read."
        )
    last = 0
    for info in sorted(entries, key=lambda entry: entry.header_offset):
        if info.header_offset < last or info.header_offset + 30 + info.compress_size > length:
            raise Unreadable(DAMAGED)  # entries that share their bytes are a bomb's trick
        last = info.header_offset + 30 + info.compress_size
    return infos


def find_main(package: Package) -> None:
    """Find the part that holds the text and make sure that it is a Word document's, not a macro or another kind."""
    root = package.xml(TYPES)
    if root is None:
        raise Unreadable(other_archive(package.infos))
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for entry in root.iterchildren():
        kind = (entry.get("ContentType") or "").lower()
        if entry.get("PartName") is not None:
            overrides[(entry.get("PartName") or "").lstrip("/").lower()] = kind
        elif entry.get("Extension") is not None:
            defaults[(entry.get("Extension") or "").lower()] = kind
    for name in package.infos:
        package.types[name] = overrides.get(name) or defaults.get(name.rsplit(".", 1)[-1], "")
    kinds = " ".join(package.types.values()) + " " + " ".join(overrides.values())
    main = next(
        (
            target
            for kind, target, outside in package.relations("").values()
            if kind == "officeDocument" and not outside
        ),
        "",
    )
    if main.lower() not in package.infos:
        main = "word/document.xml"
    kind = package.types.get(main.lower(), "")
    if (
        "macroenabled" in kind
        or "vbaproject" in kinds
        or any(name.endswith("vbaproject.bin") for name in package.infos)
    ):
        raise Unreadable(f"The file holds macros (.docm); {SAVE_AS}.")
    if "spreadsheetml" in kind or "presentationml" in kind:
        raise Unreadable("The file is an Excel or PowerPoint file, not a Word document.")
    if "wordprocessingml.template" in kind:
        raise Unreadable(f"The file is a Word template (.dotx); {SAVE_AS}.")
    if kind != DOCUMENT or main.lower() not in package.infos:
        raise Unreadable(other_archive(package.infos))
    package.main = main


def other_archive(infos: dict[str, zipfile.ZipInfo]) -> str:
    """What to say of a zip that is no Word document."""
    if "mimetype" in infos and "content.xml" in infos:
        return f"The file is an OpenDocument file; {SAVE_AS}."
    return "The file is a zip archive, not a Word document."
