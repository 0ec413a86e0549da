"""Citations: written with a text, resolved to what we hold, waiting for what we don't."""

from __future__ import annotations

from mandates.models import Body, Citation, Paragraph, Resolution, Version


def key_of(*, symbol: str | None, body: Body, number: str | None) -> str | None:
    """What citations of a resolution resolve by: its symbol, or its body and number: "ITU-Council/1332"."""
    if symbol and "/" in symbol:
        return symbol
    if number:
        return f"{body.code.replace(' ', '-')}/{number}"
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
    """Tie every waiting citation to what we hold: of this resolution anywhere, and in this resolution of anything.

    The number of citations that found their target.
    """
    done = Citation.objects.waiting().filter(key=resolution.key).update(resolution=resolution)
    waiting = Citation.objects.waiting().filter(paragraph__version__resolution=resolution)
    keys = set(waiting.values_list("key", flat=True))
    for held in Resolution.objects.filter(key__in=keys):
        done += waiting.filter(key=held.key).update(resolution=held)
    return done + _resolve_paragraphs(resolution)


def _resolve_paragraphs(resolution: Resolution) -> int:
    """Tie citations of a paragraph of another text ("A/RES/80/173#67") to that paragraph, in the newest text held."""
    done = 0
    for citation in Citation.objects.waiting().filter(kind="paragraph", key__contains="#"):
        key, _sign, number = citation.key.partition("#")
        cited = (
            Paragraph.objects.standing()
            .filter(version__resolution__key=key, section__part="operative", number=number, depth=0)
            .order_by("-version__position")
            .select_related("version")
            .first()
        )
        if cited:
            citation.paragraph_cited, citation.resolution_id = cited, cited.version.resolution_id
            citation.save(update_fields=["paragraph_cited", "resolution"])
            done += 1
    return done


def _resolve_internal(version: Version) -> None:
    """Tie "resolves 5 above" to the paragraph of the same version."""
    places = {row.address: row for row in version.paragraphs.standing()}
    ties = []
    for citation in Citation.objects.filter(paragraph__version=version, kind="internal"):
        if citation.key in places:
            citation.paragraph_cited = places[citation.key]
            citation.resolution_id = version.resolution_id
            ties.append(citation)
    Citation.objects.bulk_update(ties, ["paragraph_cited", "resolution"], batch_size=500)
