"""Who may do what. Each right is one row of one table and one sentence; pages show the sentence, actions raise it.

`may(member, "decide suggestions")` is the boolean for templates and tooltips; `require` is the same rule for verbs.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Member

Role = Member.Role
EVERYBODY = frozenset(Role)
SECRETARIAT = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})

# right → (roles that have it, the sentence that those without it read)
RIGHTS = {
    "read": (EVERYBODY, _("Log in to read this.")),
    "bring in documents": (SECRETARIAT, _("Only the coordinator brings in documents.")),
    "decide suggestions": (SECRETARIAT, _("Only the coordinator decides suggestions.")),
    "edit instructions": (SECRETARIAT, _("Only the coordinator edits instructions.")),
    "change versions": (SECRETARIAT, _("Only the coordinator says which version is in force.")),
    "edit sessions": (SECRETARIAT, _("Only the coordinator edits sessions.")),
}


def may(member, right: str) -> bool:
    """Whether `member` (or an anonymous user) has the right."""
    roles, _sentence = RIGHTS[right]
    if not getattr(member, "is_authenticated", False) or not member.is_active:
        return False
    return member.is_superuser or member.role in roles


def require(member, right: str) -> None:
    """Raise PermissionDenied with the sentence of the right, unless `member` has it."""
    if not may(member, right):
        raise PermissionDenied(gettext(RIGHTS[right][1]))


def why_not(member, right: str) -> str:
    """The sentence for a tooltip, or "" where the member has the right."""
    return "" if may(member, right) else gettext(RIGHTS[right][1])
