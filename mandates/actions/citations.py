"""Citations: written with a text, resolved to what we hold, waiting for what we don't."""

from __future__ import annotations

from collections import Counter

from django.db.models import QuerySet

from mandates.models import Body, Citation, Paragraph, Resolution, Version


def key_of(*, symbol: str | None, body: Body, number: str | None, kind: str | None = None) -> str | None:
    """What citations of a text resolve by: its symbol, or body and number: "ITU-Council/1332", "PP/Decision/5"."""
    if symbol and "/" in symbol:
        return symbol
    if number:
        return "/".join([body.code.replace(" ", "-"), *(["Decision"] if kind == "decision" else []), number])
    return symbol


def write(*, version: Version, found: list[dict]) -> None:
    """Write the citations that the reader found in a version's paragraphs."""
    places = {row.address: row for row in version.paragraphs.standing()}
    Citation.objects.bulk_create(
        [
            Citation(
                paragraph=places[said["address"]],
                text=said["text"],
                start=said["span"][0],
                end=said["span"][1],
                kind=said["kind"][:20],
                key=said["key"][:200],
            )
            for said in found
            if said["address"] in places
        ],
        batch_size=500,
    )
    _resolve_internal(version)


def copy_to_predecessor(*, version: Version) -> None:
    """Give the text before the citations of the paragraphs whose words are the same after."""
    if version.predecessor is None:
        return
    same = version.paragraphs.exclude(predecessor=None).select_related("predecessor").prefetch_related("citations")
    Citation.objects.bulk_create(
        [
            Citation(
                paragraph=row.predecessor,
                text=said.text,
                start=said.start,
                end=said.end,
                kind=said.kind,
                key=said.key,
            )
            for row in same
            if row.predecessor and row.text == row.predecessor.text
            for said in row.citations.all()
        ],
        batch_size=500,
    )
    _resolve_internal(version.predecessor)


def resolve(*, resolution: Resolution) -> int:
    """Tie waiting citations to what we hold: of this resolution anywhere, and of anything in this resolution.

    A citation of one of its paragraphs ("A/RES/80/173/67") is tied to the paragraph in the newest text that we hold,
    or to the resolution where no paragraph has that number. The number of citations that found their target.
    """
    here = Citation.objects.waiting().filter(paragraph__version__resolution=resolution)
    keys = {resolution.key} | {start for key in here.values_list("key", flat=True) for start in _beginnings(key)}
    done = 0
    for held in Resolution.objects.filter(key__in=keys):
        citations = Citation.objects.waiting() if held == resolution else here
        done += citations.filter(key=held.key).update(resolution=held)
        done += _tie_paragraphs(held, citations.filter(kind="paragraph", key__startswith=f"{held.key}/"))
    return done


def _beginnings(key: str) -> list[str]:
    """ "A/RES/80/173/67" → what of it may be the key of a resolution: "A/RES/80/173", "A/RES/80", …"""
    parts = key.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _tie_paragraphs(held: Resolution, waiting: QuerySet[Citation]) -> int:
    """Tie citations of paragraphs of `held`, whose keys begin with its own."""
    ties = list(waiting)
    newest = held.versions.order_by("-position").first() if ties else None
    if newest is None:
        return 0
    places = _places(newest)
    for citation in ties:
        citation.resolution = held
        citation.paragraph_cited = places.get(citation.key.removeprefix(f"{held.key}/"))
    Citation.objects.bulk_update(ties, ["paragraph_cited", "resolution"], batch_size=500)
    return len(ties)


def _places(version: Version) -> dict[str, Paragraph]:
    """The paragraphs of a version by their address and, at the top of the operative part, by number alone.

    "paragraph 67" and "§ 109" name a paragraph by its number, where a text counts through all its sections; a number
    that stands under two openers names none.
    """
    rows = list(version.paragraphs.standing().select_related("section"))
    tops = [row for row in rows if row.number and row.depth == 0 and row.section.part == "operative"]
    count = Counter(row.number for row in tops)
    numbers = {row.number: row for row in tops if count[row.number] == 1}
    return numbers | {f"paragraph/{number}": row for number, row in numbers.items()} | {r.address: r for r in rows}


def _resolve_internal(version: Version) -> None:
    """Tie "resolves 5 above" to the paragraph of the same version."""
    places = _places(version)
    ties = []
    for citation in Citation.objects.filter(paragraph__version=version, kind="internal"):
        if citation.key in places:
            citation.paragraph_cited = places[citation.key]
            citation.resolution_id = version.resolution_id
            ties.append(citation)
    Citation.objects.bulk_update(ties, ["paragraph_cited", "resolution"], batch_size=500)
