"""Comments name people, change nothing, and are said once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mandates.actions import Refused, comments
from tests.factories import NOON, MemberFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("@mariam.diallo, can you?", ["mariam.diallo"]),
        ("Ask @Mariam.Diallo. And (@li.na)!", ["li.na", "mariam.diallo"]),
        ("@mariam.diallo@li.na", []),
        ("mail mariam@li.na or @nobody", []),
        ("@gone @li.na.", ["li.na"]),
        ("@li.na @li.na", ["li.na"]),
    ],
)
def test_a_comment_names_active_members(words, named, mariam, li_na):
    MemberFactory(username="gone", is_active=False)
    comment = comments.add(task=TaskFactory(), words=words, by=mariam, at=NOON)
    assert [member.username for member in comment.mentions.order_by("username")] == named


def test_a_double_click_is_one_comment_and_the_same_words_later_are_another(mariam, li_na):
    task = TaskFactory()
    first = comments.add(task=task, words="Any news?", by=mariam, at=NOON)
    assert comments.add(task=task, words="Any news?\r\n", by=mariam, at=NOON + timedelta(seconds=2)) == first
    waited = comments.add(task=task, words="Any news?", by=mariam, at=NOON - timedelta(seconds=1))
    assert waited == first, "whose moment is earlier may have waited for the other"
    comments.add(task=task, words="Any news?", by=li_na, at=NOON)
    comments.add(task=task, words="Any news?", by=mariam, at=NOON + timedelta(hours=1))
    assert task.comments.count() == 3
    task.refresh_from_db()
    assert (task.revision, task.last_word_at) == (1, None)


def test_a_viewer_reads_and_an_empty_comment_is_none(mariam):
    with pytest.raises(PermissionDenied):
        comments.add(task=TaskFactory(), words="Hm.", by=MemberFactory(role="viewer"), at=NOON)
    comments.add(task=TaskFactory(), words="Well.", by=MemberFactory(role="chair"), at=NOON)
    for words in ("", " \x00 ", "a" * 5001):
        with pytest.raises(Refused):
            comments.add(task=TaskFactory(), words=words, by=mariam, at=NOON)
