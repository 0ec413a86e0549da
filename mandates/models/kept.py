"""History that pages ask as at a day: its rows are found by what they are of, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class KeptByDay(HistoricalRecords):
    """History with room for a whole sentence of why, and with the index by which `reports.as_at` asks.

    For each thing its latest row up to a moment is the first that the index gives. `also` are indexes of a history's
    own. A field of history is no place for a Meta, so they are laid into the one that the library makes.
    """

    def __init__(self, *, also: Sequence[models.Index] = (), **more: Any) -> None:
        super().__init__(history_change_reason_field=models.TextField(null=True), **more)
        self.also = also

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        by_day = models.Index(fields=["id", "-history_date", "-history_id"], name=f"{model._meta.model_name}_by_day")
        return {**super().get_meta_options(model), "indexes": [by_day, *self.also]}
