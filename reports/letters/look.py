"""How a letter looks: the rules of the design on each element, as mail programs ask for, and the ones for dark mode.

A mail has no style sheet of its own address, and many programs keep none of what stands in its head. So each kind of
element carries its rules; what can only be said in the head (dark mode) overrules them there.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

INK, DIM, RULE, LATE, RISK, LINK = "#1c1b19", "#57544d", "#dedacf", "#a1182d", "#a1450a", "#1d4f91"
SANS = "-apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
RULES = {
    "page": f"margin: 0; padding: 0; background: #fdfcfa; color: {INK}; font: 16px/1.5 {SANS}",
    "w": "max-width: 600px; margin: 0 auto; padding: 20px 16px 32px",
    "pre": "display: none; font-size: 1px; line-height: 1px; max-height: 0; overflow: hidden",
    "b": "font: bold 20px/1 Georgia, 'Times New Roman', serif; margin: 0; padding-bottom: 10px;"
    f" border-bottom: 1px solid {INK}",
    "h1": "font-size: 20px; line-height: 1.3; margin: 20px 0 4px",
    "h2": f"font-size: 17px; line-height: 1.3; margin: 28px 0 0; padding-bottom: 4px; border-bottom: 1px solid {INK}",
    "n": f"font-weight: normal; color: {DIM}",
    "p": "margin: 0",
    "ul": "list-style: none; margin: 0; padding: 0",
    "li": f"padding: 10px 0; border-bottom: 1px solid {RULE}; margin: 0",
    "d": f"margin: 0; font-size: 14px; color: {DIM}",
    "day": f"color: {INK}",
    "late": f"color: {LATE}; font-weight: bold",
    "t": "margin: 0; font-weight: bold; line-height: 1.35",
    "s": "white-space: nowrap; font-weight: bold",
    "risk": f"white-space: nowrap; font-weight: bold; color: {RISK}",
    "a": f"color: {LINK}",
    "more": "margin: 10px 0 0",
    "go": f"display: inline-block; background: {LINK}; color: #ffffff; padding: 11px 18px; border-radius: 3px;"
    " text-decoration: none; font-weight: bold; margin: 24px 0 0",
    "f": f"font-size: 13px; color: {DIM}; margin: 28px 0 0",
}
DARK = {
    "page": "background: #16171a; color: #e8e6e1",
    "b": "border-color: #e8e6e1",
    "h2": "border-color: #e8e6e1",
    "n": "color: #aeaaa1",
    "li": "border-color: #34363b",
    "d": "color: #aeaaa1",
    "day": "color: #e8e6e1",
    "late": "color: #ff949d",
    "risk": "color: #f2a765",
    "a": "color: #8fb8f3",
    "go": "background: #8fb8f3; color: #10203a",
    "f": "color: #aeaaa1",
}


def _important(rules: str) -> str:
    return "; ".join(f"{rule} !important" for rule in rules.split("; "))


# Takes the place of an element's attributes: `<p{{ look.d }}>`.
LOOK: Mapping[str, SafeString] = {
    name: format_html(' class="{}" style="{}"', name, mark_safe(rules))  # noqa: S308 - our own rules, without quotes
    for name, rules in RULES.items()
}
IN_THE_DARK = mark_safe(  # noqa: S308 - our own rules
    "<style>@media (prefers-color-scheme: dark) { "
    + " ".join(f".{name} {{ {_important(rules)} }}" for name, rules in DARK.items())
    + " }</style>"
)
