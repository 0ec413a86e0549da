"""The rows that reports keep of their own: letters sent, and sums made ahead. The facts are in `mandates.models`."""

from .letters import Letter, Relay
from .tallies import Fold, Tally

__all__ = ["Fold", "Letter", "Relay", "Tally"]
