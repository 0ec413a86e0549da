"""Mending text whose layout was lost: several items in one line, openers and footnotes run into the paragraph before.

Only what the words make certain is taken apart: an item whose label is the next of a list that is open, after the sign
that ends an item ("…; ii) to promote"); an opener that is followed by the first item of its list on the next line
("…, instructs the Directors of the Bureaux"). What looks like an item but has no such witness stays where it is, and
is returned as a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reader import labels, openers
from reader.document import Line, Note
from reader.labels import Label, Way
from reader.tree import Piece

# The end of an item, and the label of what may be the next: "; ii) ", ": • ", "; and - ", ", and (b) ".
_ITEM = re.compile(
    r"(?P<sign>[;:,.])(?P<link>\s+(?:and|or|and/or))?\s+"
    r"(?=(?:\(?(?:[a-z]{1,2}|[ivx]{1,6}|\d{1,2})\)|\d{1,2}(?:bis|ter)?\.?\s+[a-z(]|[–•▪-]\s))"
)
# The same without names for its parts: a cheap look first.
_QUICK = re.compile(
    r"[;:,.](?:\s+(?:and|or|and/or))?\s+"
    r"(?:\(?(?:[a-z]{1,2}|[ivx]{3,6}|\d{1,2})\)|\d{1,2}(?:bis|ter)?\.?\s+[a-z(]|[–•▪-]\s)"
)


@dataclass(frozen=True, slots=True)
class Unsure:
    """A place that may hold two items: the words around it."""

    line: int
    text: str
    label: str


# What is known of a line by its text and automatic label: the label, where the words begin, the words, and whether an
# opener may have run into them. Only lines that hold one item are kept, which is nearly all; the two readings of a
# document have most of them in common.
Known = dict[tuple[str, str | None], tuple[Label | None, int, str, bool]]


def pieces(lines: Sequence[Line], itu: bool, known: Known | None = None) -> tuple[list[Piece], list[Unsure]]:
    """The lines as pieces, each with its label; a line that holds several items becomes several pieces.

    `known` carries what one reading has learned of its lines to the other.
    """
    out: list[Piece] = []
    unsure: list[Unsure] = []
    known = {} if known is None else known
    suspects: list[int] = []  # the places of pieces into which an opener may have run
    for number, line in enumerate(lines):
        text = line.text
        if not line.notes and (seen := known.get((text, line.label))) is not None:
            if seen[3]:
                suspects.append(len(out))
            out.append(Piece(line, seen[2], seen[1], seen[0]))
            continue
        piece = _whole(line)
        if piece is None:
            continue
        if piece.label is not None and (below := _label_below(piece)) is not None:
            # "1  a) to report": the first item of a list on the line of the paragraph that it hangs below
            out.append(Piece(line, "", piece.start, piece.label))
            piece = below
        if len(text) > 12 and _QUICK.search(text):
            parts = _items(piece, number, len(text), unsure)
            suspects.extend(len(out) + n for n, part in enumerate(parts) if _suspect(part.text))
            out.extend(parts)
            continue
        suspect = _suspect(piece.text)
        if suspect:
            suspects.append(len(out))
        out.append(piece)
        if piece.first and not line.notes:
            known[(text, line.label)] = (piece.label, piece.start, piece.text, suspect)
    return (_without_glued_openers(out, suspects) if itu and suspects else out), unsure


def _suspect(text: str) -> bool:
    return len(text) >= _SHORTEST and _GLUED_OPENER.search(text) is not None


def _whole(line: Line) -> Piece | None:
    text = line.text
    label: Label | None
    if line.label:
        label = labels.automatic(line.label)
        start = 0
    else:
        label = labels.read(text)
        start = label.end if label else 0
        if not line.notes and start < len(text) and "\t" not in text[start:] and "\n" not in text:
            words = text[start:] if start else text
            if not (words[0].isspace() or words[-1].isspace()):
                return Piece(line, words, start, label)  # nothing to trim: the plain case
    return _cut(line, label, start, len(text), True)


def _label_below(piece: Piece) -> Piece | None:
    if piece.text[1:2] != ")" and piece.text[:1] != "(":
        return None
    label = labels.read(piece.text[:12])
    if label is None or label.dash or label.printed[-1:] != ")" or label.ways[-1].value != 1 or piece.label is None:
        return None
    if label.ways[0].family == piece.label.ways[0].family or not piece.text[label.end :].strip():
        return None
    return _cut(piece.line, label, piece.start + label.end, len(piece.line.text), False)


def _cut(line: Line, label: Label | None, start: int, end: int, first: bool) -> Piece | None:
    """The piece of a line between two offsets, blanks at both ends gone, with the notes called inside it."""
    raw = line.text[start:end]
    stripped = raw.strip()
    if not stripped and label is None:
        return None
    begin = start + len(raw) - len(raw.lstrip())
    stop = begin + len(stripped)
    words = stripped.translate(_BLANKS) if "\t" in stripped or "\n" in stripped else stripped
    notes = line.notes
    if notes:
        notes = tuple(
            replace(note, at=min(max(0, note.at - begin), len(stripped)))
            for note in notes
            if (begin <= note.at <= stop) or (first and note.at < begin) or (end >= len(line.text) and note.at > stop)
        )
    return Piece(line, words, begin, label, first, None, notes)


_BLANKS = str.maketrans({"\t": " ", "\n": " ", "\v": " ", "\r": " "})


def _follows(way: Way, before: Way) -> bool:
    if way.family != before.family:
        return False
    return way.value == before.value + 1 or (way.value == before.value and way.suffix > before.suffix)


def _items(piece: Piece, number: int, stop: int, unsure: list[Unsure]) -> list[Piece]:
    """Split what stands between the piece's beginning and `stop` at the labels that continue a list open in it."""
    text = piece.line.text
    chain: list[tuple[Way, ...]] = [piece.label.ways] if piece.label else []
    cuts: list[tuple[int, int, Label]] = []
    for match in _ITEM.finditer(text, piece.start, stop):
        label = labels.read(text[match.end() : match.end() + 24])
        if label is None:
            continue
        depth = next(
            (at for at in range(len(chain) - 1, -1, -1) if any(_follows(w, b) for w in label.ways for b in chain[at])),
            -1,
        )
        dash = label.dash
        bare = label.ways[0].family == "number"
        sign = match.group("sign")
        if dash:
            open_dash = any(ways[0].family == label.ways[0].family for ways in chain[1:] or chain)
            if sign == ":" or (open_dash and sign in ";,.") or (sign == ";" and label.number == "•"):
                depth = next(
                    (at for at, ways in enumerate(chain) if ways[0].family == label.ways[0].family), len(chain)
                )
            else:
                continue
        elif depth < 0:
            first = any(way.value == 1 and not way.suffix for way in label.ways)
            if not (first and sign == ":") or (bare and not label.sure and sign != ":"):
                continue
            depth = len(chain)
        elif bare and sign != ";":
            # "… in 2024, 2 and 3" is no item; "… of ICTs. 2 to provide" most likely is: a person should look.
            if sign == "." and re.match(
                r"\s*(?:to|that)\s", text[match.end() + label.end : match.end() + label.end + 6]
            ):
                unsure.append(Unsure(number, text[max(0, match.start() - 30) : match.end() + 30], label.number))
            continue
        elif (not bare and sign == "," and not match.group("link")) or (
            not bare and sign == "." and not label.printed.startswith("(") and label.ways[0].family.startswith("letter")
        ):
            continue
        del chain[depth:]
        chain.append(label.ways)
        cuts.append((match.end(), match.end() + label.end, label))
    if not cuts:
        return [piece]
    out: list[Piece] = []
    label_, start, first = piece.label, piece.start, piece.first
    for begin, words, following in [*cuts, (stop, stop, None)]:
        cut = _cut(piece.line, label_, start, begin, first)
        if cut:
            out.append(cut)
        label_, start, first = following, words, False
    return out


_GLUED_OPENER = re.compile(
    r"[,;.]\s*(?=(?:(?:further|also|strongly)\s+)?(?:[a-z]+ing\b|resolves|decides|instructs|requests|invites|urges|encourages|"
    r"calls|appeals|recommends|authorizes|charges|declares|endorses|approves|mindful|aware|conscious|convinced|concerned|"
    r"continues)\b)"
)
_SHORTEST = 12  # characters of a paragraph that an opener may have run into
_DIRECTIVE = frozenset(
    ("instructs", "requests", "invites", "urges", "encourages", "authorizes", "continues", "resolves")
)


def _without_glued_openers(found: list[Piece], suspects: Sequence[int]) -> list[Piece]:
    out: list[Piece] = []
    done = 0
    for at in suspects:
        out.extend(found[done:at])
        out.extend(_opener_apart(found[at], found[at + 1] if at + 1 < len(found) else None))
        done = at + 1
    out.extend(found[done:])
    return out


def _opener_apart(piece: Piece, following: Piece | None) -> list[Piece]:
    """Take openers off the end of a paragraph: each is followed by its items, or by its one clause."""
    text = piece.text
    if len(text) < _SHORTEST or not (match := _GLUED_OPENER.search(text)):
        return [piece]
    starts_list = following is not None and (
        (following.label is not None and any(way.value == 1 and not way.suffix for way in following.label.ways))
        or (following.label is None and following.text[:3] in ("to ", "tha"))
    )
    goes_on = following is not None and following.label is not None and not starts_list
    cuts: list[tuple[int, int, str]] = []  # where the opener begins, where its clause begins, the opener
    while match:
        begin = match.end()
        rest = text[begin:]
        whole = openers.alone(rest) if starts_list else None
        if whole and len(rest) < 300 and not _inside(rest):
            cuts.append((begin, len(text), rest.rstrip(" ,:")))
            break
        if not goes_on and text[match.start()] in ",.;":
            apart = openers.split(text, begin)
            head = apart[0].split() if apart else []
            if apart and any(word in _DIRECTIVE for word in head[:2]) and _sentence_before(piece, text[:begin]):
                cuts.append((begin, apart[1], apart[0].rstrip(" ,:")))
        match = _GLUED_OPENER.search(text, begin)
    if not cuts:
        return [piece]
    out: list[Piece] = []
    start: int = 0
    opener: str | None = None
    for begin, clause, phrase in [*cuts, (len(text), len(text), "")]:
        if begin > start:
            raw = text[start:begin].rstrip()
            if not out and opener is None:
                out.append(replace(piece, text=raw, notes=tuple(n for n in piece.notes if n.at <= begin)))
            else:
                out.extend(_clause(piece.line, piece.start + start, piece.start + begin))
        if phrase:
            out.append(Piece(piece.line, phrase, piece.start + begin, None, False, phrase))
        start, opener = clause, phrase
    return out


def _clause(line: Line, start: int, end: int) -> list[Piece]:
    """What follows an opener on its line: one clause, or a list that begins there ("1 to work closely …; 2 to …")."""
    label = labels.read(line.text[start : start + 12])
    if label is None or label.ways[-1].value != 1:
        cut = _cut(line, None, start, end, False)
        return [cut] if cut else []
    cut = _cut(line, replace(label, sure=True), start + label.end, end, False)
    return _items(cut, 0, end, []) if cut else []


def _inside(rest: str) -> bool:
    """Whether the words at the end are a mere participle of the sentence: "…, taking into account the following"."""
    found = openers.opener(rest)
    return found is None or (found.rest != "" and found.part.value == "preambular")


def _sentence_before(piece: Piece, before: str) -> bool:
    """Whether what stands before the opener is an item of an ITU list: "to bring …,", "that ITU facilitate …,"."""
    words = before.lstrip()[:5].lower()
    return piece.label is not None or words.startswith(("to ", "that ", "on ", "in "))


# ---- footnotes run into the lines -------------------------------------------------------------------------------

# Before a mark: a small letter or a closing sign, or one of them and a stop. "1.2" and "A/RES/70/1" call nothing.
_CALLER = r"(?:(?<=[a-zé)”\"’])|(?<=[a-zé)”\"’][,.;:]))"
_RULE_NOTE = re.compile(r"(?<!_)_{5,}+\s*+(\d{1,2}|\*{1,3})\s++(?=\S)")
_ONLY_RULE = re.compile(r"\s*[_—–-]{5,}\s*$")


def footnotes(lines: Sequence[Line]) -> list[Line]:
    """Take footnotes out of the lines they were run into ("… of UNGA; ______ 1 These include …") and attach each
    where its mark is called ("developing countries1 in"), the mark gone from the words as it is in a Word file."""
    out = list(lines)
    pending: list[tuple[int, Note]] = []
    for at, line in enumerate(out):
        if "_____" not in line.text:
            continue
        parts = _RULE_NOTE.split(line.text)
        if len(parts) < 3:
            continue
        out[at] = replace(line, text=parts[0].rstrip())
        for mark, words in zip(parts[1::2], parts[2::2], strict=True):
            pending.append((at, Note(mark, words.strip(), len(parts[0].rstrip()))))
    for at, note in pending:
        _attach(out, at, note)
    _take_blocks(out)
    return [line for line in out if line.text or line.label]


_MARKED = re.compile(r"(\d{1,2}|\*{1,3})[\s\t]+(?=[A-Z“\"(])")
_CALLED = re.compile(rf"{_CALLER}(\d{{1,2}}|\*{{1,3}})(?=[\s,.;:)]|$)(?!\.\d)")


def _take_blocks(lines: list[Line]) -> None:
    """Attach the footnotes that stand in lines of their own, below a rule or at the end of the text.

    Each must begin with a mark that is called in the words before it ("Member States:2"), and the lines must follow one
    another: a list of the resolution itself has no such calls.
    """
    called = {match.group(1) for line in lines for match in _CALLED.finditer(line.text)}
    if not called:
        return
    end = len(lines)
    while (
        end > 0
        and lines[end - 1].label is None
        and (match := _MARKED.match(lines[end - 1].text))
        and match.group(1) in called
    ):
        end -= 1
    blocks = [range(end, len(lines))] if end else []
    for at, line in enumerate(lines[:end]):
        if _ONLY_RULE.match(line.text):
            stop = at + 1
            while stop < end and (match := _MARKED.match(lines[stop].text)) and match.group(1) in called:
                stop += 1
            blocks.append(range(at + 1, stop))
    for block in blocks:
        for at in block:
            match = _MARKED.match(lines[at].text)
            if match is None:
                continue
            note = Note(match.group(1), lines[at].text[match.end() :].strip(), 0)
            lines[at] = replace(lines[at], text="")
            host = _caller(lines, at, note.mark)
            if host is not None:
                _attach(lines, host, note)
            else:
                lines[at] = replace(lines[at], text=f"{note.mark} {note.text}")


def _caller(lines: Sequence[Line], before: int, mark: str) -> int | None:
    return next(
        (at for at in range(before - 1, -1, -1) if any(m.group(1) == mark for m in _CALLED.finditer(lines[at].text))),
        None,
    )


def _attach(lines: list[Line], host: int, note: Note) -> None:
    # "countries1 in", "(WSIS).2": after a small letter or a sign, never inside a number or a symbol.
    call = re.compile(rf"{_CALLER}{re.escape(note.mark)}(?=[\s,.;:)]|$)(?!\.\d)")
    for at in [*range(host, max(-1, host - 30), -1), *range(host + 1, min(len(lines), host + 3))]:
        line = lines[at]
        for match in call.finditer(line.text):
            if match.start() < 2:
                continue
            words = line.text[: match.start()] + line.text[match.end() :]
            width = match.end() - match.start()
            moved = tuple(replace(n, at=n.at - width) if n.at > match.start() else n for n in line.notes)
            lines[at] = replace(line, text=words, notes=(*moved, replace(note, at=match.start())))
            return
    line = lines[host]
    lines[host] = replace(line, notes=(*line.notes, note))


# ---- words broken at the end of a row ---------------------------------------------------------------------------

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HEAD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\u2010]$")
# What is left of a word that was broken, and is none itself: "develop-" / "ment".
_TAIL = re.compile(
    r"(?:\w{0,3}ments?|\w{0,4}[st]ions?|\w{0,4}[st]ional|\w{0,2}ings?|\w{0,3}it(?:y|ies)|ness|[ai]ble|[ae]nces?|\w{0,2}ally|"
    r"\w{0,2}i[sz]ations?|\w{0,2}tives?|ers?|ed|ly|ous|ical)$"
)


def joined(before: str, text: str, words: Mapping[str, int]) -> str:
    """Two rows as one. `words` counts the words of the document, hyphens included, in small letters: a word broken
    between the rows is mended to the form that the document knows, else it keeps its hyphen ("people-" / "centred").
    """
    return f"{row_end(before, text, words)}{text}"


def row_end(before: str, text: str, words: Mapping[str, int]) -> str:
    """A row as it is to stand before the next: its hyphen gone or kept, a blank after it where words are parted."""
    before = before.rstrip()
    if not before:
        return ""
    if before.endswith("\u00ad"):
        return before[:-1]
    if before[-1] in "-\u2010" and len(before) > 1 and before[-2].isalpha() and text[:1].isalpha():
        head, tail = _HEAD.search(before), WORD.match(text)
        if head and tail:
            whole, mended = f"{head.group(1)}-{tail.group()}".lower(), f"{head.group(1)}{tail.group()}".lower()
            known, kept = words.get(mended, 0), words.get(whole, 0)
            if (known and known >= kept) or (not kept and text[0].islower() and _TAIL.match(tail.group())):
                return before[:-1]
        return before
    if before[-1] in "/–" and text[:1].isalnum() and before[-2:-1] not in " ":
        return before
    return f"{before} "
