"""Pages that say that something did not work."""

from __future__ import annotations

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

LONG = "n" * 5000


def test_a_page_that_is_not_there_says_so_in_the_frame_of_the_house(client, mariam):
    client.force_login(mariam)
    answer = client.get("/nowhere/at/all/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert 'href="/texts/"' in answer.text


@pytest.mark.parametrize("address", ["/sessions/%00/", "/sessions/C%0026/move/"])
def test_an_address_that_postgresql_could_not_be_asked_for_is_not_found(client, li_na, address):
    client.force_login(li_na)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 404
    assert not [query for query in asked if "mandates_session" in query["sql"]]  # SQLite would not mind: nobody asks


def test_a_form_without_its_token_is_told_what_to_do(mariam):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mariam)
    answer = strict.post("/suggestions/1/confirm/")
    assert answer.status_code == 403
    assert "Nothing was changed. Go back, load the page anew" in answer.text


def test_what_can_not_be_understood_is_said_in_the_frame_of_the_house(client, li_na):
    client.force_login(li_na)
    head = f'Content-Disposition: form-data; name="file"; filename="{LONG}.txt"'
    body = f"--edge\r\n{head}\r\n\r\nresolves\r\n--edge--\r\n"
    answer = client.post("/texts/bring-in/", body, content_type="multipart/form-data; boundary=edge")
    assert answer.status_code == 400
    assert "Nothing was changed. Go back, load the page anew" in answer.text
    assert "a very long name" in answer.text


def test_the_page_of_a_failure_needs_neither_request_nor_database():
    html = render_to_string("500.html")  # no fixture opens the database here: a query would raise
    assert "Something went wrong on our side" in html
    assert "app.css" in html
