"""The rows: what each is held to, and the line that says how it came out."""

from __future__ import annotations

from dataclasses import dataclass, field

GOALS = {
    "P1": 1.5, "P2": 2.0, "P4": 1.6, "P4 growth": 1.2, "P4 page 200": 1.5, "P5": 1.6, "P5 growth": 1.2, "P6": 1.5,
    "P6 a task": 5.0, "P7": 1.5, "P7 growth": 2.0, "P7 unit": 1.5, "P13": 4.0, "P13 queries": 10, "P14": 2.0,
    "P14 queries": 10, "P15": 0.5, "P15 errors": 0, "P15 wrong": 0, "P16": 4.0, "P16 seconds": 0.5, "P17": 2.0,
    "P17 seconds": 30.0, "P19": 1.2, "P19 errors": 0,
}  # fmt: skip
AT_LEAST = frozenset({"P15"})  # the others are at most


@dataclass
class Report:
    """The lines of a run. `missed` are the rows that fell short."""

    missed: list[str] = field(default_factory=list)

    def row(self, goal: str, figure: float, what: str) -> None:
        wanted = GOALS[goal]
        fine = figure >= wanted if goal in AT_LEAST else figure <= wanted
        if not fine:
            self.missed.append(goal)
        sign = ">=" if goal in AT_LEAST else "<="
        print(f"{goal} {figure:.3g} {sign} {wanted:g} {'ok' if fine else 'MISSED'}   {what}", flush=True)

    @staticmethod
    def passed_over(goals: str, why: str) -> None:
        print(f"{goals} passed over: {why}", flush=True)
