"""Text whose layout was lost: what the words make certain is mended, the rest is asked about."""

from __future__ import annotations

from tests.reader.structure import at, codes, openers, read, tree


def test_several_items_in_one_line_come_apart() -> None:
    reading = read(
        "The ITU Council,\nconsidering\na) that the purposes are:\ni) to go; ii) to stay; and iii) to run;\nb) more,\n"
        "resolves\n1 to act;\n2 to do: - one thing; and - another;\n3 to do; 4 to do more; 5 to do most,\n"
        "instructs the Secretary-General\n1 to act in 2024; 2 and 3 being left out."
    )

    assert tree(reading.sections[0].paragraphs) == [("a)", ["i)", "ii)", "iii)"]), "b)"]
    assert tree(reading.sections[1].paragraphs) == ["1", ("2", ["-", "-"]), "3", "4", "5"]
    assert at(reading, "considering/a/ii").text == "to stay; and"


def test_an_opener_run_into_the_paragraph_before_comes_apart() -> None:
    reading = read(
        "The ITU Council,\nconsidering\na) one, highlighting\na) two,\nresolves\n1 to act, instructs the Directors "
        "of the Bureaux\n1 to go;\n2 to stay, instructs the Director of the Radiocommunication "
        "Bureau to run, in time,\n"
        "invites Member States\n1 to follow."
    )

    assert openers(reading) == [
        ("considering", 1),
        ("highlighting", 1),
        ("resolves", 1),
        ("instructs the Directors of the Bureaux", 2),
        ("instructs the Director of the Radiocommunication Bureau", 1),
        ("invites Member States", 1),
    ]
    assert at(reading, "instructs the Directors of the Bureaux/2").text == "to stay,"
    assert at(reading, "instructs the Director of the Radiocommunication Bureau/1").text == "to run, in time,"
    assert codes(reading) == []


def test_an_opener_and_its_whole_list_in_one_line_come_apart() -> None:
    reading = read(
        "The ITU Council,\nnoting\na) that courses are held by fellowships, resolves to "
        "instruct the Secretary-General 1 "
        "to work closely with others; 2 to maintain the list; 3 to help,\ninvites Member States\n1 to follow."
    )

    assert openers(reading) == [
        ("noting", 1),
        ("resolves to instruct the Secretary-General", 3),
        ("invites Member States", 1),
    ]


def test_a_verb_inside_a_sentence_opens_nothing() -> None:
    reading = read(
        "The ITU Council,\nrecalling\na) Resolution 8, which notes the report, invites the Director of BDT to act and "
        "calls upon all;\nb) Resolution 9,\nresolves\n1 to act."
    )

    assert openers(reading) == [("recalling", 2), ("resolves", 1)]


def test_a_footnote_in_the_middle_of_a_line_is_attached_where_it_is_called() -> None:
    reading = read(
        "The ITU Council,\nnoting\na) the needs of developing countries1 and others;\nb) more; ____________________ 1 "
        "These include the least developed countries.\nresolves\n1 to act."
    )
    node = at(reading, "noting/a")

    assert node.text == "the needs of developing countries and others;"
    assert [(note.mark, note.text, node.text[: note.at]) for note in node.footnotes] == [
        ("1", "These include the least developed countries.", "the needs of developing countries")
    ]
    assert at(reading, "noting/b").text == "more;"


def test_what_may_be_two_items_and_may_not_is_asked_about() -> None:
    reading = read(
        "The ITU Council,\nresolves\n1 to hold a forum on the use of ICTs. 2 to provide a report;\n3 to stop."
    )

    assert "glued-items" in codes(reading)
    assert [node.number for node in reading.sections[0].paragraphs] == ["1", "3"]


def test_the_resolutions_of_the_2018_conference_are_read_whole_and_raise_no_alarm(shared) -> None:
    from reader import text
    from reader.outline import outline

    counts = {}
    for number in (70, 102, 123, 131, 139, 175):
        path = shared / "data" / "documents" / "resolutions" / f"itu-pp18-resolution-{number}.txt"
        reading = outline(text.manuscript(path.read_bytes()))
        counts[number] = (len(reading.sections), sum(len(section.paragraphs) for section in reading.sections))
        assert codes(reading) == [], number
        assert reading.title.number == str(number)
        assert reading.versions[0].label == "Rev. Dubai, 2018"
    # As the last number or letter of each section says.
    assert counts == {70: (14, 82), 102: (15, 79), 123: (11, 47), 131: (16, 65), 139: (15, 73), 175: (9, 54)}
