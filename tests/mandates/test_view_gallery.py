"""The gallery draws every piece once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What is put together of pieces that are here, or stands on a page of its own.
NOT_HERE = {
    "mandates/_adding.html",
    "mandates/_bulk_rows.html",
    "mandates/_effect.html",
    "mandates/_decided.html",
    "mandates/_doubt_answered.html",
    "mandates/_keys.html",
    "mandates/_review_crumbs.html",
    "mandates/_review_head.html",
    "mandates/_inputs_saved.html",
    "mandates/_task_saved.html",
    "mandates/_task_update.html",
}


def pieces(folder: str) -> set[str]:
    found = (ROOT / "templates" / folder).glob("_*.html")
    return {path.relative_to(ROOT / "templates").as_posix() for path in found}


def test_every_piece_is_drawn_and_asks_the_database_for_no_more_than_choices(client, mariam, django_assert_num_queries):
    client.force_login(mariam)
    with django_assert_num_queries(5):  # who is asking: two; the sessions, action lines and goals of the form: three
        answer = client.get("/gallery/")
    drawn = {template.name for template in answer.templates if template.name}
    assert (pieces("mandates") - NOT_HERE) - drawn == set()
    assert {"_mark.html", "_status.html", "_redline.html", "_paragraph.html", "_field.html"} <= drawn
    assert {"_bar.html", "_legend.html", "_chart.html"} <= drawn


def test_every_mark_is_a_shape_of_its_own(client, mariam):
    client.force_login(mariam)
    html = client.get("/gallery/").text
    statuses = html.split('<section class="piece">')[1]
    shapes = re.findall(r'<svg class="mark"[^>]*>(.*?)</svg>', statuses)
    assert len(shapes) == len(set(shapes)) == 11
    assert all(shapes)


def test_the_gallery_is_behind_log_in(client, db):
    assert client.get("/gallery/")["Location"].startswith("/account/login/")


def test_no_button_of_the_gallery_reaches_a_row(client, li_na):
    client.force_login(li_na)
    html = client.get("/gallery/").text
    asked = set(re.findall(r'(?:action|hx-post|hx-get)="([^"?]+)', html))
    keys = [int(key) for address in asked for key in re.findall(r"/(\d+)/", address)]
    assert len(keys) > 20
    assert min(keys) > 9_000_000_000
