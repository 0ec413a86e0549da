"""Rows that stand below one another: none stands above itself."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def check_above(row: Any) -> None:
    """Raise ValidationError where a row with a `parent` would stand above itself: no walk up would come to an end."""
    above, seen = row.parent, {row.pk}
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"parent": _("It would stand above itself: choose another one.")})
        seen.add(above.pk)
        above = above.parent
