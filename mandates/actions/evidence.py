"""Evidence: a link, a document number or a file that shows what was done. Files are looked at before they are kept."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from mandates import rules
from mandates.models import Evidence, Member, StatusUpdate, Task
from mandates.models.words import one_line
from reader import package, safe_xml
from reader.document import Unreadable
from reader.limits import Limits, megabytes

from . import Refused, plans, tracked


@dataclass(frozen=True)
class Given:
    """What somebody offers as evidence: a link (or a document number), or a file with its name."""

    link: str = ""
    file: File | None = None
    name: str = ""
    public: bool = False


@dataclass(frozen=True)
class Checked:
    """Evidence that may be kept: `data` are the bytes of the file, None where it is a link."""

    link: str = ""
    data: bytes | None = None
    name: str = ""
    public: bool = False


# Ending → what people call it. What a file is, is told by its content; the ending has to agree.
KINDS = {
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "pptx": "PowerPoint",
    "png": "PNG",
    "jpg": "JPEG",
    "txt": "text",
    "csv": "text",
}
ENDINGS = {
    "pdf": {"pdf"},
    "docx": {"docx"},
    "xlsx": {"xlsx"},
    "pptx": {"pptx"},
    "png": {"png"},
    "jpg": {"jpg", "jpeg"},
    "txt": {"txt", "csv"},
}
MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
}
ACTIVE = re.compile(r"vbaproject|vbadata|/activex/|/macrosheets/|\.(exe|dll|js|vbs|bat|cmd|ps1|scr|hta|jar)$")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Beginnings by which a browser or a shell takes a text for something that it may run.
MARKUP = re.compile(rb"\s*(<[!?a-z/]|#!|\{\\rtf|@echo|MIME-Version:)", re.IGNORECASE)


@transaction.atomic
def add(*, task: Task, given: Given, by: Member, at: datetime) -> Evidence:
    """Hang evidence on a task without a word about its status. Asks for the right to update the task."""
    rules.require(by, "update task", task, on=plans.today(at))
    tracked.locked(rows=Task.objects.all(), key=task.pk)  # whoever takes it back in this moment sees the evidence
    return keep(checked=check(given=given), task=task, said=None, by=by, at=at)


@transaction.atomic
def show(*, evidence: Evidence, public: bool, by: Member, at: datetime) -> None:
    """Make evidence public, or internal again. Its history says who did so and when; what is so already stays."""
    rules.require(by, "update task", evidence.task, on=plans.today(at))
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if row.is_public != public:
        row.is_public = public
        tracked.save(row=row, by=by, at=at)
    evidence.is_public = public


def keep(*, checked: Checked, task: Task, said: StatusUpdate | None, by: Member, at: datetime) -> Evidence:
    """Write checked evidence down. A file gets a random name; should the row fail, the file goes again."""
    row = Evidence(
        task=task,
        update=said,
        link=checked.link,
        original_name=checked.name,
        size=len(checked.data or b""),
        is_public=checked.public,
        by=by,
        at=at,
    )
    if checked.data is not None:
        row.file.save(checked.name, ContentFile(checked.data), save=False)
    try:
        with transaction.atomic():
            tracked.save(row=row, by=by, at=at)
    except Exception:
        if checked.data is not None:
            row.file.delete(save=False)
        raise
    return row


def check(*, given: Given) -> Checked:
    """What may be kept of what was given. Refused, with a sentence, where it is neither a link nor a file we take."""
    if given.file is None:
        return Checked(link=checked_link(given.link), public=given.public)
    if given.link.strip():
        raise Refused(_("Give a link or a file, one at a time."))
    name = one_line(PurePosixPath((given.name or given.file.name or "").replace("\\", "/")).name, 255) or _("file")
    most = settings.UPLOAD_MAX_BYTES
    if given.file.size > most:
        raise Refused(
            _("The file has %(size)s; at most %(most)s can be kept.")
            % {"size": megabytes(given.file.size), "most": megabytes(most)}
        )
    given.file.seek(0)
    data = given.file.read(most + 1)
    kind = kind_of(data=data)
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if ending not in ENDINGS[kind]:
        raise Refused(
            _("The file is called “%(name)s”, but its content is %(kind)s. Give it the ending .%(ending)s.")
            % {"name": name, "kind": KINDS[kind], "ending": kind}
        )
    return Checked(data=data, name=name, public=given.public)


def kind_of(*, data: bytes, limits: Limits | None = None) -> str:
    """The kind of a file, told by its content: a key of ENDINGS. Refused where it is none that we keep, or where its
    zip is over the limits (those of the reader, if no others are given)."""
    if not data:
        raise Refused(_("The file is empty."))
    if data.startswith(b"PK\x03\x04"):
        return _package_kind(data, limits or Limits(**settings.READER_LIMITS))
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if _is_text(data):
        return "txt"
    raise Refused(_taken())


def _taken() -> str:
    return _(
        "Files of this kind are not kept. Bring PDF, Word, Excel, PowerPoint, PNG, JPEG, plain text or CSV, or give a "
        "link."
    )


def _is_text(data: bytes) -> bool:
    if MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:1000]):
        return False
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and not MARKUP.match(text[:1000].encode(errors="replace"))


def _package_kind(data: bytes, limits: Limits) -> str:
    """Word, Excel or PowerPoint without macros; checked like every zip that we open, before anything is unpacked."""
    try:
        package.check_directory(data, limits)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = package.checked_entries(archive, limits, len(data))
            if any(ACTIVE.search(f"/{name}") for name in infos):
                raise Refused(_("The file holds macros or programs. Save it without them and bring that."))
            types = archive.read(infos[package.TYPES.lower()])
            safe_xml.checked_xml(types, limits)
    except Unreadable as why:
        raise Refused(str(why)) from None
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, NotImplementedError):
        raise Refused(_taken()) from None
    if b"macroenabled" in types.lower():
        raise Refused(_("The file holds macros or programs. Save it without them and bring that."))
    for part, kind in MAIN_PARTS.items():
        if part in types:
            return kind
    raise Refused(_taken())


def checked_link(link: str, /) -> str:
    """A link, or a document number as it stands. Refused, with a sentence, where it is neither."""
    if re.search(r"[\x00-\x1f\x7f]", link.strip()):
        raise Refused(_("The link holds characters that no link has. Copy it again."))
    link = one_line(link)
    if not link:
        raise Refused(_("Give a link, a document number or a file."))
    if len(link) > 500:
        raise Refused(_("The link is longer than 500 characters."))
    if SCHEME.match(link) and not link.lower().startswith(("https://", "http://")):
        raise Refused(_("A link begins with https:// or http://; a document number is written as it stands."))
    return link
