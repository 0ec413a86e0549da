"""Evidence: what is kept, under which name, and what is turned away with a sentence."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from mandates import rules
from mandates.actions import Refused, evidence
from mandates.actions.evidence import Given
from mandates.models import Evidence
from tests.factories import NOON, MemberFactory, TaskFactory

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"


def package(main: str = MAIN.format("wordprocessingml.document"), **parts: str) -> bytes:
    """A zip with a list of types, as Office writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override PartName="/x.xml" ContentType="{main}"/></Types>')
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def file(data: bytes, name: str) -> Given:
    return Given(file=ContentFile(data), name=name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n...", "report.pdf"),
        (package(), "Report.DOCX"),
        (package(MAIN.format("spreadsheetml.sheet")), "table.xlsx"),
        (package(MAIN.format("presentationml.presentation")), "talk.pptx"),
        (PNG, "photo.png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "photo.jpeg"),
        ("Письмо от 3 ноября".encode(), "letter.txt"),
        (b"a;b\r\n1;2\r\n", "table.csv"),
        ("Brief".encode("utf-16"), "letter.txt"),
    ],
)
def test_what_people_really_send_is_taken(data, name):
    assert evidence.check(given=file(data, name)).data == data


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.pdf"),
        (b"MZ\x90\x00" + bytes(64), "report.pdf"),
        (b"\x7fELF" + bytes(64), "report.pdf"),
        (b"#!/bin/sh\nrm -rf /\n", "notes.txt"),
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<html><script>alert(1)</script>", "notes.txt"),
        (b'\xef\xbb\xbf  <svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "picture.txt"),
        ("<!DOCTYPE html>".encode("utf-16"), "notes.txt"),
        (b'<?xml version="1.0"?><svg/>', "picture.svg"),
        (b"MIME-Version: 1.0\nContent-Type: text/html", "page.txt"),
        (b"{\\rtf1 }", "letter.txt"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old.doc"),
        (b"alert(1)", "run.js"),
        (b"@echo off\r\ndel *", "notes.txt"),
        (b"del *.*", "run.bat"),
        (b"%PDF-1.7", "report.exe"),
        (PNG, "photo.jpg"),
        (package(word__vbaProject_bin="x").replace(b"vbaProject_bin", b"vbaProject.bin"), "macro.docx"),
        (package("application/vnd.ms-word.document.macroEnabled.main+xml"), "macro.docx"),
        (package(word__activeX__activeX1_xml="x"), "active.docx"),
        (package("application/zip"), "things.zip"),
        (package()[:-30], "cut.docx"),
        (package().replace(b"[Content_Types].xml", b"[Content_Typos].xml"), "typo.docx"),
    ],
)
def test_what_could_run_or_is_something_else_is_turned_away_with_a_sentence(data, name):
    with pytest.raises(Refused) as why:
        evidence.check(given=file(data, name))
    assert str(why.value).endswith(".")


def test_a_zip_bomb_is_turned_away_before_it_is_unpacked():
    with pytest.raises(Refused, match="many times its size"):
        evidence.check(given=file(package(word__media=" " * 30_000_000), "bomb.docx"))


def test_a_file_over_the_limit_is_turned_away_by_its_size(settings):
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(Refused, match="at most"):
        evidence.check(given=file(b"%PDF-1.7 and more", "report.pdf"))


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("https://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        (" HTTP://example.org ", "HTTP://example.org"),
        ("C26/59", ""),
        ("Decision 5 (Rev. Bucharest, 2022)", ""),
    ],
)
def test_a_link_is_followed_and_a_document_number_is_shown(link, href):
    kept = evidence.check(given=Given(link=link))
    assert Evidence(link=kept.link).href == href


@pytest.mark.parametrize(
    "link",
    ["", " ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "file:///etc",
     "vbscript:x", "\x01javascript:alert(1)", "https://example.org/" + "a" * 500],
)  # fmt: skip
def test_a_link_that_could_run_is_turned_away(link):
    with pytest.raises(Refused):
        evidence.check(given=Given(link=link))


@pytest.mark.django_db
def test_a_file_is_stored_under_a_random_name_and_keeps_only_its_own_name_to_show(li_na):
    kept = evidence.add(
        task=TaskFactory(), given=file(b"%PDF-1.7", "..\\..\\etc/passwd/Bericht №1\n.PDF"), by=li_na, at=NOON
    )
    assert re.fullmatch(r"evidence/[0-9a-f]{32}\.pdf", kept.file.name)
    assert kept.original_name == "Bericht №1 .PDF"
    assert (kept.size, kept.is_public, kept.by) == (8, False, li_na)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "sees_internal"),
    [("viewer", False), ("member", True), ("coordinator", True), ("chair", True), ("administrator", True)],
)
def test_viewers_see_public_evidence_only_and_strangers_none(role, sees_internal, li_na):
    kept = evidence.add(task=TaskFactory(), given=Given(link="C26/59"), by=li_na, at=NOON)
    member = MemberFactory(role=role)
    assert rules.may_see(member, kept) is sees_internal
    evidence.show(evidence=kept, public=True, by=li_na, at=NOON)
    assert rules.may_see(member, Evidence.objects.get()) is True
    member.is_active = False
    assert rules.may_see(member, kept) is False


@pytest.mark.django_db
def test_only_those_who_may_update_the_task_add_or_show_evidence(mariam, li_na):
    task = TaskFactory()
    with pytest.raises(PermissionDenied):
        evidence.add(task=task, given=Given(link="C26/59"), by=mariam, at=NOON)
    kept = evidence.add(task=task, given=Given(link="C26/59"), by=li_na, at=NOON)
    with pytest.raises(PermissionDenied):
        evidence.show(evidence=kept, public=True, by=mariam, at=NOON)
    assert Evidence.objects.get().is_public is False
