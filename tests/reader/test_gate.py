"""The gate: each file is told by what it is, whatever it is called, and what can't be read is refused in a sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from reader.document import Unreadable
from reader.gate import Limits, admit

from .wordsmith import MAIN, content_types, document, p, pack, parts

REDLINE = Path(__file__).parents[2] / "mandates/samples/council-resolution-1332-c26-proposal.docx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
AKN = b'<?xml version="1.0"?>\n<!-- by hand --><akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"/>'


def refusal(data: bytes, name: str = "file.docx", limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        admit(data, name, limits or Limits())
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 200
    return sentence


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (document(p("resolves")), "a.docx", "docx"),
        (document(p("resolves")), "a.pdf", "docx"),  # the content decides
        (b"%PDF-1.7\n...", "a.docx", "pdf"),
        (b"\r\n\r\n%PDF-1.4\n...", "a.pdf", "pdf"),
        (b"<!DOCTYPE html><html><body><p>resolves</p></body></html>", "a.html", "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>', "a.xhtml", "html"),
        (b"<p>resolves</p>", "download", "html"),
        (AKN, "a.xml", "akn"),
        (b"\xef\xbb\xbf" + AKN.replace(b"akomaNtoso", b"akn:akomaNtoso"), "a.akn", "akn"),
        ("RESOLUTION 1332\n\nresolves\n1\tто сделать".encode(), "a.txt", "text"),
        ("resolves, in UTF-16".encode("utf-16"), "a.txt", "text"),
        (b"resolves <to> do, 1 < 2", "a.txt", "text"),
        ("déjà en latin-1".encode("latin-1"), "a.txt", "text"),
    ],
)  # fmt: skip
def test_a_file_is_told_by_its_content(data: bytes, name: str, form: str) -> None:
    assert admit(data, name, Limits()) == form


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.docx", "empty"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", ".doc"),
        (b"{\\rtf1\\ansi resolves}", "a.docx", ".rtf"),
        (b"resolves", "a.docx", "called a Word document but is none"),
        (b"resolves", "a.pdf", "called a PDF but is none"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.png", "a picture"),
        (b"\0\1\2\3" * 50, "a.bin", "no text"),
        (b'<?xml version="1.0"?><rss/>', "a.xml", "not Akoma Ntoso"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a.mht", "web archive"),
        (AKN.replace(b"<akoma", b"<!DOCTYPE akomaNtoso [<!ENTITY a 'b'>]><akoma"), "a.xml", "document type"),
        (pack({"notes.txt": "resolves"}), "a.docx", "zip archive"),
        (pack({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "a.odt", "OpenDocument"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_to_be_what_it_is(data: bytes, name: str, words: str) -> None:
    assert words in refusal(data, name)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("application/vnd.ms-word.document.macroEnabled.main+xml", "macros"),
        (MAIN.replace("document.main", "template.main"), "template"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "Excel"),
    ],
)
def test_packages_of_other_kinds_are_refused_by_their_kind(kind: str, words: str) -> None:
    assert words in refusal(pack(parts(p("resolves")) | {"[Content_Types].xml": content_types(kind)}))


def test_a_macro_hidden_in_a_document_of_the_right_kind_is_found() -> None:
    assert "macros" in refusal(pack(parts(p("resolves")) | {"word/vbaProject.bin": b"\0"}))


def renamed(name: str) -> bytes:
    return pack(parts(p("resolves")) | {name: "x"})


@pytest.mark.parametrize("name", ["/etc/passwd", "../../x.xml", "word/../../x.xml", "word\\..\\..\\x.xml", "C:/x.xml"])
def test_names_that_point_outside_the_file_are_refused(name: str) -> None:
    assert "outside the file" in refusal(renamed(name))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO(document(p("resolves")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/Document.xml", "<other/>")
    assert "same name" in refusal(out.getvalue())


def test_an_encrypted_part_is_refused() -> None:
    data = bytearray(document(p("resolves")))
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert "password" in refusal(bytes(data))


def test_a_link_to_another_file_is_refused() -> None:
    out = io.BytesIO(document(p("resolves")))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/media/x.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "link" in refusal(out.getvalue())


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_word_does_not_use_are_refused(packing: int) -> None:
    out = io.BytesIO(document(p("resolves")))
    with zipfile.ZipFile(out, "a", packing) as archive:
        archive.writestr("word/x.xml", "<a/>")
    assert "packed in a way" in refusal(out.getvalue())


def test_a_file_cut_short_anywhere_is_refused() -> None:
    whole = REDLINE.read_bytes()
    for tenth in range(1, 20):
        refusal(whole[: len(whole) * tenth // 20])


def test_each_limit_is_kept_and_named() -> None:
    data = document(p("resolves " * 500))
    assert "can be read" in refusal(data, limits=Limits(file_bytes=100))
    assert "parts" in refusal(data, limits=Limits(parts=2))
    assert "unpacks to" in refusal(data, limits=Limits(unpacked_bytes=1000))
    assert "unpacks to more" in refusal(data, limits=Limits(part_bytes=1000))
    assert "many times its size" in refusal(data, limits=Limits(ratio=2, ratio_from_bytes=1000))
    assert "longer than" in refusal(b"resolves", "a.txt", limits=Limits(characters=3))


def test_the_samples_and_the_shared_documents_are_never_refused(shared: Path) -> None:
    files = [REDLINE, *(shared / "data/documents").rglob("*.docx")]
    assert len(files) > 30
    assert {admit(file.read_bytes(), file.name, Limits()) for file in files} == {"docx"}
    assert admit((shared / "data/documents/A_RES_80_173.pdf").read_bytes(), "a.pdf", Limits()) == "pdf"
    texts = list((shared / "data/documents").rglob("*.txt"))
    assert {admit(file.read_bytes(), file.name, Limits()) for file in texts} == {"text"}
