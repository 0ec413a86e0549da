"""History that pages ask as at a day: its rows are found by what they are of, the latest first."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords


class KeptByDay(HistoricalRecords):
    """History with room for a whole sentence of why, and with an index by which `reports.as_at` asks.

    For each thing its latest row up to a moment is the first that the index gives. With `born`, another one finds all
    things that were ever made without looking at what became of them.
    """

    def __init__(self, *, born: bool = False, **more: Any) -> None:
        super().__init__(history_change_reason_field=models.TextField(null=True), **more)
        self.born = born

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        name = model._meta.model_name
        indexes = [models.Index(fields=["id", "-history_date", "-history_id"], name=f"{name}_by_day")]
        if self.born:
            made = models.Index(fields=["history_date", "id"], condition=Q(history_type="+"), name=f"{name}_made")
            indexes.append(made)
        return {**super().get_meta_options(model), "indexes": indexes}
