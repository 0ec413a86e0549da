"""Where a task may go from where it stands: one table, from which `docs/states.md` is printed.

Open states are what the people who do the work say of it; the table does not argue with them, and a slip is put right
by the next word (the history keeps both). What it holds fast: nothing leads back to "no information" once somebody has
spoken, and what is closed is opened again by `actions.status.reopen` alone, with a reason.
"""

from __future__ import annotations

from .work import Task

Status = Task.Status

OPEN = (Status.TODO, Status.PROG, Status.RISK, Status.CONT)
ENDS = (Status.DONE, Status.OVER, Status.NOTUS)

# from → where `actions.status.update` may take it. Staying where it is, with a new word, is no step.
STEPS: dict[str, tuple[str, ...]] = {
    Status.NONE: (*OPEN, *ENDS),
    Status.TODO: (Status.PROG, Status.RISK, Status.CONT, *ENDS),
    Status.PROG: (Status.TODO, Status.RISK, Status.CONT, *ENDS),
    Status.RISK: (Status.TODO, Status.PROG, Status.CONT, *ENDS),
    Status.CONT: (Status.TODO, Status.PROG, Status.RISK, *ENDS),
    Status.DONE: (),
    Status.OVER: (),
    Status.NOTUS: (),
}

# Where `actions.status.reopen` may take what is closed.
REOPENS: dict[str, tuple[str, ...]] = dict.fromkeys(ENDS, OPEN)

# A step that asks for words, because it ends the task.
ASKS_FOR_WORDS = frozenset(ENDS)
ASKS_FOR_EVIDENCE = frozenset({Status.DONE})

# What was submitted for approval stays open until somebody else approves it. If nobody had yet said that it was begun,
# it is in progress now: handing it in says so.
WHILE_SUBMITTED: dict[str, str] = {Status.NONE: Status.PROG, Status.TODO: Status.PROG}


def may_step(before: str, to: str) -> bool:
    """Whether an update may take a task from `before` to `to`."""
    return to in STEPS.get(before, ())


def steps_from(before: str) -> tuple[str, ...]:
    """The choices of the form: where it stands (unless that is "no information" or closed), and where it may go."""
    return tuple(
        status for status in Status.values if may_step(before, status) or (status == before and before in OPEN)
    )
