"""Akoma Ntoso: marked structure, metadata, footnotes, hostile XML."""

from __future__ import annotations

import pytest

from reader import akn
from reader.document import Unreadable
from reader.outline import outline
from tests.reader.structure import at, openers, tree

XML = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><statement name="resolution">
<meta><identification source="#x"><FRBRWork><FRBRthis value="/akn/un/statement/x"/>
<FRBRdate date="2025-12-17" name="adopted"/><FRBRnumber value="80/173"/></FRBRWork></identification></meta>
<preface><p><docNumber>80/173</docNumber></p><p><docTitle>Outcome document</docTitle></p></preface>
<preamble><p>The General Assembly,</p><p><i>Recalling</i> its resolution 70/1<authorialNote marker="1"><p>See this.</p>
</authorialNote>,</p></preamble><mainBody>
<paragraph><num>1.</num><content><p>Requests the Secretary-General:</p><blockList>
<item><num>(a)</num><p>to report;</p></item><item><num>(b)</num><p>to stop.</p></item></blockList></content></paragraph>
<paragraph><num>2.</num><content><p>Decides to go.</p></content></paragraph></mainBody></statement></akomaNtoso>"""


def test_a_marked_text_is_read_with_its_numbers_notes_and_metadata() -> None:
    reading = outline(akn.manuscript(XML.encode()))

    assert openers(reading) == [("preambular", 1), ("operative", 2)]
    assert tree(reading.sections[1].paragraphs) == [("1.", ["(a)", "(b)"]), "2."]
    assert at(reading, "preamble/1").text == "Recalling its resolution 70/1,"
    assert [(note.mark, note.text) for note in at(reading, "preamble/1").footnotes] == [("1", "See this.")]
    title = reading.title
    assert (title.symbol, title.title, title.adopted) == ("A/RES/80/173", "Outcome document", "2025-12-17")


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<akomaNtoso><p>cut short",
        b"not xml",
        b"<akomaNtoso/>",
    ],
)
def test_hostile_broken_and_empty_xml_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        akn.manuscript(data)
    assert str(refused.value).endswith(".")
