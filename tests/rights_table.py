"""Who may ask for which address: one line a URL. `tests/test_rights_urls.py` walks every URL of the house against it.

A page of yours goes into PAGES under its name: `see(who, …)` answers GET, `act(who, …)` POST, `both(who, …)` GET and
POST by the same people; `Row(get=…, post=…)` where they differ. After the people stand the names of the things that
its address needs, in order: they are made by `tests/rights_world.py`. A URL that is not here fails the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

# "outsider" is a task-force member whose units have no part in the things of the world; "disabled" could log in once.
STRANGERS = frozenset({"anonymous", "disabled"})
ALL = frozenset({"viewer", "outsider", "member", "coordinator", "chair", "administrator"})
SECRETARIAT = frozenset({"coordinator", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})
OWNERS = SECRETARIAT | {"member"}  # who may update the world's task: its unit's member, and the secretariat
SPEAKERS = ALL - {"viewer"}  # who may comment
HEARERS = ALL - {"viewer"}  # who sees internal evidence
GIVERS = OWNERS | {"outsider"}  # whom the world asks for an input, and who waits for it
WORKERS = OWNERS | {"outsider"}  # task-force members and the secretariat: what they may do is asked row by row
OWN = frozenset({"member"})  # whose view and whose calendar the world has: to others they do not exist
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """Who may GET and who may POST; None: the address does not know the method."""

    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    args: tuple[str, ...] = ()
    says: tuple[tuple[str, str], ...] = ()  # what a POST must carry to be understood: field, name of a thing
    any_method: bool = False  # Django's own view, which takes any method for a GET that writes nothing


def see(who: frozenset[str], *args: str) -> Row:
    return Row(get=who, args=args)


def act(who: frozenset[str], *args: str) -> Row:
    return Row(post=who, args=args)


def both(who: frozenset[str], *args: str) -> Row:
    return Row(get=who, post=who, args=args)


PAGES: dict[str, Row] = {
    # ── Reading ──
    "home": see(ALL),
    "texts": see(ALL),
    "resolution": see(ALL, "text"),
    "version": see(ALL, "text", "version"),
    "paragraph": see(ALL, "paragraph"),
    "instructions": see(ALL),
    "instruction": see(ALL, "instruction"),
    "sessions": see(ALL),
    "session": see(ALL, "session"),
    "gallery": see(ALL),
    # ── What changed, what comes, what is missing ──
    "changes": see(ALL),
    "changes-csv": see(ALL),
    "changes-xlsx": see(ALL),
    "outlook": see(ALL),
    "missing": see(ALL),
    # ── The boards ──
    "board": see(ALL, "counted by"),
    "board-csv": see(ALL, "counted by"),
    "board-xlsx": see(ALL, "counted by"),
    "matrix": see(ALL, "counted by", "counted across"),
    "matrix-csv": see(ALL, "counted by", "counted across"),
    "matrix-xlsx": see(ALL, "counted by", "counted across"),
    "trend": see(ALL),
    # ── Documents and their review ──
    "bring-in": both(SECRETARIAT),
    "document": see(ALL, "document"),
    "document-progress": see(ALL, "document"),
    "document-again": act(SECRETARIAT, "failed document"),
    "document-file": see(ALL, "document"),
    "review": see(ALL, "text", "version"),
    "review-confirm-certain": act(SECRETARIAT, "text", "version"),
    "suggestion-confirm": act(SECRETARIAT, "suggestion"),
    "suggestion-edit": both(SECRETARIAT, "suggestion"),
    "suggestion-reject": act(SECRETARIAT, "suggestion"),
    "suggestion-undo": act(SECRETARIAT, "suggestion"),
    "suggestion-split": act(SECRETARIAT, "suggestion"),
    "suggestion-merge": Row(post=SECRETARIAT, args=("suggestion",), says=(("into", "other suggestion"),)),
    "paragraph-add": both(SECRETARIAT, "paragraph"),
    "doubt-answer": act(SECRETARIAT, "doubt"),
    "doubt-ask-again": act(SECRETARIAT, "doubt"),
    "version-state": act(SECRETARIAT, "text", "version"),
    # ── Instructions and sessions ──
    "instruction-edit": both(SECRETARIAT, "instruction"),
    "session-move": both(SECRETARIAT, "session"),
    "schedule-change": both(SECRETARIAT, "instruction"),
    "instruction-assign": act(SECRETARIAT, "instruction"),
    "instruction-reassign": act(SECRETARIAT, "instruction"),
    "assignment-confirm": act(SECRETARIAT, "suggested assignment"),
    "assignment-reject": act(SECRETARIAT, "assignment"),
    # ── My work, and the page of a task ──
    "my-work": see(ALL),
    "task": see(ALL, "task"),
    "task-update": both(OWNERS, "task"),
    "task-still-so": act(OWNERS, "task"),
    "task-approve": act(SECRETARIAT, "submitted task"),
    "task-return": act(SECRETARIAT, "submitted task"),
    "task-nothing-due": act(OWNERS, "task"),
    "task-reopen": act(OWNERS, "closed task"),
    "task-comment": act(SPEAKERS, "task"),
    "input-ask": Row(post=OWNERS, args=("task",), says=(("unit", "another unit"),)),
    "input-receive": act(GIVERS, "input"),
    "input-take-back": act(GIVERS, "input"),
    "input-withdraw": act(OWNERS, "input"),
    "evidence-show": act(OWNERS, "evidence"),
    "evidence-file": see(HEARERS, "evidence file"),
    # ── The work: lists, many at once, tables, units ──
    "tasks": see(ALL),
    "tasks-csv": see(ALL),
    "tasks-xlsx": see(ALL),
    "tasks-template": see(ALL),
    "tasks-import": both(WORKERS),  # each row is asked for
    "tasks-bulk": act(WORKERS),  # each task is asked for
    "view-keep": act(ALL),
    "view-forget": act(OWN, "view"),
    "units": see(ALL),
    "unit": see(ALL, "unit"),
    "post-make": act(SECRETARIAT, "unit"),
    "post-hand-over": act(SECRETARIAT, "post"),
    "post-deputy": act(SECRETARIAT, "post"),
    # ── Letters ──
    "my-letters": both(ALL),
    "letters": see(SECRETARIAT),
    "letter": see(SECRETARIAT, "letter"),
    "letter-html": see(SECRETARIAT, "letter"),
    "letter-again": both(SECRETARIAT, "letter"),
    "letter-preview": see(SECRETARIAT),
    # ── Calendars ──
    "feeds": both(ALL),
    "feed-renew": act(OWN, "feed"),
    "feed-end": act(OWN, "feed"),
}

# Answered to anybody, with or without log-in: what they give away is in the test of each.
OPEN: dict[str, Row] = {
    "health": see(ALL | STRANGERS),
    "feed": see(ALL | STRANGERS, "feed secret"),
    "letters-stop": Row(get=ALL | STRANGERS, post=ALL | STRANGERS, args=("letter token",)),
    "set_language": Row(get=ALL | STRANGERS, post=ALL | STRANGERS, any_method=True),
}

# allauth: log-in and its kin answer everybody; the rest is everybody's own account. All rights are the same there, so
# the walk only looks that nobody without log-in gets further than these.
BEFORE_LOG_IN = (
    "account_login", "account_logout", "account_inactive", "account_signup", "account_email_verification_sent",
    "account_reset_password*", "account_confirm_*", "mfa_authenticate", "openid_connect_*", "socialaccount_login_*",
    "socialaccount_signup", "account/social/*",
)  # fmt: skip
OWN_ACCOUNT = (
    "account_email", "account_reauthenticate", "account_change_password", "account_set_password", "mfa_*",
    "socialaccount_connections",
)  # fmt: skip

# The Django admin. Its door is `is_staff`, which the coordinator and the administrator have; behind it `mandates.rules`
# is asked. The first pattern that fits a name counts.
FACTS = ("body", "session", "unit", "actionline")
ADMIN: list[tuple[str, Row]] = [
    ("admin:login", Row(get=SECRETARIAT, post=SECRETARIAT)),
    ("admin:logout", Row(any_method=True)),  # it lets out whoever comes
    ("admin:index", see(SECRETARIAT)),
    ("admin:app_list", see(SECRETARIAT)),
    ("admin:jsi18n", see(SECRETARIAT)),
    ("admin:password_change*", see(SECRETARIAT)),
    ("admin:auth_user_password_change", both(ADMINISTRATOR)),
    ("admin:mandates_member_add", both(ADMINISTRATOR)),
    ("admin:mandates_member_change", Row(get=SECRETARIAT, post=ADMINISTRATOR)),
    ("admin:mandates_session_delete", both(NOBODY)),  # tasks stand on it; it is cancelled on its page
    *((f"admin:mandates_{name}_{what}", both(SECRETARIAT)) for name in FACTS for what in ("add", "change", "delete")),
    ("admin:mandates_addressee_change", both(SECRETARIAT)),
    ("admin:mandates_resolution_change", both(SECRETARIAT)),
    ("admin:mandates_*_add", both(NOBODY)),
    ("admin:mandates_*_delete", both(NOBODY)),
    ("admin:mandates_*_change", Row(get=SECRETARIAT, post=NOBODY)),
    ("admin:mandates_*_changelist", see(SECRETARIAT)),
    ("admin:mandates_*_history", see(SECRETARIAT)),
    ("admin:mandates_*_simple_history", Row(get=SECRETARIAT, post=NOBODY)),
    ("admin:autocomplete", see(SECRETARIAT)),
    ("admin:*", both(ADMINISTRATOR)),
]


def row_of(name: str) -> Row | None:
    """The row of a name; None where the table does not know it."""
    if name in PAGES or name in OPEN:
        return PAGES.get(name) or OPEN[name]
    return next((row for pattern, row in ADMIN if fnmatchcase(name, pattern)), None)


def before_log_in(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in BEFORE_LOG_IN)


def own_account(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in OWN_ACCOUNT)
