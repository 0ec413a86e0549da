"""The demo: people who log in, the founding document on its way through the queue, and a reviewed copy of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from mandates.models import Document, Holding, Member, Post, Unit, Version
from reader.apart import read_apart

from . import documents, suggestions, versions

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "council-resolution-1332-c26-proposal.docx"
PASSWORD = "mandates-demo"  # noqa: S105 - printed for everybody who runs the demo, and good for nothing else

Role = Member.Role
# The people of docs and design, each in a role: user name, first name, last name, role, unit.
CAST = (
    ("li.na", "Li", "Na", Role.COORDINATOR, "SPM"),
    ("mariam.diallo", "Mariam", "Diallo", Role.MEMBER, "SPM"),
    ("denis.moreau", "Denis", "Moreau", Role.CHAIR, None),
    ("tomas.rivera", "Tomás", "Rivera", Role.MEMBER, "BDT"),
    ("yuki.tanaka", "Yuki", "Tanaka", Role.MEMBER, "TSB"),
    ("omar.farid", "Omar", "Farid", Role.VIEWER, "BDT"),
    ("admin", "Ada", "Admin", Role.ADMINISTRATOR, None),
)
HELD_SINCE = timedelta(days=3 * 365)  # so long have the people of the demo held their posts


@dataclass(frozen=True)
class Login:
    """What a person types to get in, and as whom."""

    username: str
    password: str
    name: str
    role: str


@transaction.atomic
def people(*, at: datetime) -> list[Login]:
    """The members of the demo, made where they are missing."""
    logins = []
    for username, first, last, role, unit in CAST:
        member, made = Member.objects.get_or_create(
            username=username,
            defaults={
                "first_name": first,
                "last_name": last,
                "email": f"{username}@example.org",
                "role": role,
                "is_staff": role in {Role.ADMINISTRATOR, Role.COORDINATOR},
                "is_superuser": role == Role.ADMINISTRATOR,
            },
        )
        if made:
            member.set_password(PASSWORD)
            member.save(update_fields=["password"])
            if unit:
                post, _made = Post.objects.get_or_create(
                    unit=Unit.objects.get(abbr=unit), title=_("Focal point of %(unit)s") % {"unit": unit}
                )
                Holding.objects.create(post=post, member=member, since=(at - HELD_SINCE).date())
        logins.append(Login(username, PASSWORD, str(member), member.get_role_display()))
    return logins


def founding_document(*, by: Member, at: datetime) -> Document:
    """Bring in the redline of Resolution 1332 as a coordinator would. It waits for the worker."""
    document, _new = documents.receive(
        file=ContentFile(SAMPLE.read_bytes()), name="Resolution 1332 proposal for C26.docx", by=by, at=at
    )
    return document


def reviewed_copy(*, by: Member, clock: Callable[[], datetime]) -> Version | None:
    """The same redline under another number, with its suggestions decided, so that every page has life.

    Its file is the founding document with a comment in the package, so that the bytes differ. None where it is
    there already.
    """
    content = io.BytesIO(SAMPLE.read_bytes())
    with zipfile.ZipFile(content, "a") as package:
        package.comment = b"A copy for the demo, reviewed"
    document, new = documents.receive(
        file=ContentFile(content.getvalue()), name="Resolution 1332 proposal, reviewed copy.docx", by=by, at=clock()
    )
    if not new:
        return None
    reading = read_apart(content.getvalue(), document.original_name, documents.limits())
    reading["document"]["number"] += _(", reviewed copy")
    with transaction.atomic():
        version = versions.lay_down(reading=reading, document=document, by=by, at=clock())
        Document.objects.filter(pk=document.pk).update(
            state=Document.State.READ, step=Document.Step.DONE, read_at=clock(), claimed_at=clock(), attempts=1
        )
    _decide_all(version, by=by, clock=clock)
    return version


def _decide_all(version: Version, *, by: Member, clock: Callable[[], datetime]) -> None:
    """Decide as a coordinator would: what is certain in one go, the rest one by one, the least certain rejected."""
    suggestions.confirm_certain(version=version, by=by, at=clock())
    left = list(version.suggestions.undecided().order_by("confidence", "pk"))
    for suggestion in left[:1]:
        reason = _("Too vague to be followed.")
        suggestions.reject(suggestion=suggestion, seen=suggestion.revision, by=by, at=clock(), reason=reason)
    for suggestion in left[1:2]:
        fields = {
            **suggestion.fields,
            "qualifiers": [*(suggestion.fields.get("qualifiers") or []), _("as appropriate")],
        }
        suggestions.edit(
            suggestion=suggestion, seen=suggestion.revision, fields=fields, title=suggestion.title, by=by, at=clock()
        )
    for suggestion in left[2:]:
        suggestions.confirm(suggestion=suggestion, seen=suggestion.revision, by=by, at=clock())
