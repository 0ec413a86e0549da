"""What SQLite lets pass and PostgreSQL does not: words longer than their column."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import CharField, Max
from django.db.models.functions import Length
from django.utils import timezone

from mandates.actions import facts


@pytest.mark.django_db
def test_every_fact_that_we_load_fits_its_column():
    facts.load(at=timezone.now())
    too_long = {}
    for model in apps.get_app_config("mandates").get_models():
        for field in model._meta.get_fields():
            if isinstance(field, CharField) and field.max_length:
                longest = model._base_manager.aggregate(longest=Max(Length(field.name)))["longest"] or 0
                if longest > field.max_length:
                    too_long[f"{model.__name__}.{field.name}"] = (
                        f"{longest} characters in a column of {field.max_length}"
                    )
    assert too_long == {}
