"""The roll-up: how many tasks stand where, by line, unit, text, section, session, force or goal, alone or crossed.

`rollup` is the one reader of counts in the project: how it counts may change without a page noticing. `link` gives the
address of the list of work whose rows are exactly the ones that were counted.
"""

from .counting import rollup, trend
from .values import DIMENSIONS, MEASURES, NOBODY, Counts, Links, Rollup, Scope, link

__all__ = ["DIMENSIONS", "MEASURES", "NOBODY", "Counts", "Links", "Rollup", "Scope", "link", "rollup", "trend"]
