"""The rules of the house that a machine can look after. Each says what to do instead."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def python_files(*folders: str) -> list[Path]:
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def pages() -> list[Path]:
    return [path for path in templates() if path.suffix == ".html"]


def style_sheets() -> list[Path]:
    return sorted((ROOT / "static").rglob("*.css"))


# ── Rooms ────────────────────────────────────────────────────────────────────────────────────────────────────────


CLOCK = re.compile(r"\b(date\.today|datetime\.now|datetime\.utcnow|time\.time)$")


def test_the_reader_has_never_heard_of_django_nor_of_the_clock():
    """Also inside functions, where the import contracts look too, and the clock, where they can't."""
    found = []
    for path in python_files("reader"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
                found += [name_of(path) for name in names if name.split(".")[0] in {"django", "celery", "mandates"}]
            if isinstance(node, ast.Call) and re.search(
                r"\b(date\.today|datetime\.now|time\.time)$", ast.unparse(node.func)
            ):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


# `.update(…)` and its kin leave no row in the history and skip what `save` looks after: they belong into an action,
# which knows what it does. Elsewhere each place says why.
BULK_ALLOWED: dict[str, str] = {
    "reports/letters/outbox.py": "a letter's state changes only where it still is what it was: in one statement",
    "reports/letters/breaker.py": "all senders see one row of how the mail server stands",
}
BULK = {"update", "bulk_update", "bulk_create", "delete"}
NO_QUERYSET = re.compile(
    r"(conf|cursor|hash|digest|sha256|dict|globals\(\)|headers|params|context|Counter)\b", re.IGNORECASE
)


def bulk_writes(path: Path) -> list[int]:
    """Lines that change rows in bulk: `….objects….update(field=…)`, `….bulk_create(…)`, and the like."""
    lines = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BULK):
            continue
        receiver = ast.unparse(node.func.value)
        sets_fields = node.func.attr != "update" or any(each.arg for each in node.keywords)
        speaks_to_rows = (
            ".objects" in receiver
            or node.func.attr.startswith("bulk_")
            or bool(re.search(r"\.(filter|exclude|all)\(", receiver))
        )
        if sets_fields and speaks_to_rows:
            lines.append(node.lineno)
    return lines


def test_rows_are_changed_in_bulk_only_by_actions():
    places = [
        f"{name_of(path)}:{line}"
        for path in python_files("config", "mandates", "reports")
        if "actions" not in path.parts and name_of(path) not in BULK_ALLOWED
        for line in bulk_writes(path)
    ]
    assert places == []


def test_what_is_allowed_in_bulk_is_still_there_and_says_why():
    for name, reason in BULK_ALLOWED.items():
        assert reason
        assert bulk_writes(ROOT / name), f"{name} writes nothing in bulk any more: take it off the list"


def test_the_look_at_bulk_writes_sees_one(tmp_path):
    seen = tmp_path / "views.py"
    seen.write_text(
        "Task.objects.filter(unit=unit).update(status='done')\nform.data.update(a=1)\nnames.update({'a': 1})\n"
    )
    assert bulk_writes(seen) == [1]


def test_verbs_are_asked_by_keyword():
    """`status.update(task=…, to=…, by=…, at=…)`: a call reads like a sentence."""
    found = []
    for path in python_files("mandates/actions"):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            asked = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
            if "by" in asked and node.args.args:
                found.append(f"{name_of(path)}: {node.name}({', '.join(each.arg for each in node.args.args)}, …)")
    assert found == []


def test_a_public_door_says_what_goes_in_and_what_comes_out():
    found = []
    for path in python_files("mandates/actions", "reader"):
        tree = ast.parse(path.read_text())
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            found.append(name_of(path))
        if "actions" in path.parts:
            found += [
                f"{name_of(path)}: {node.name}"
                for node in tree.body
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
            ]
    assert found == []


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def physical_sides(css: str) -> list[str]:
    bare = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", css, flags=re.DOTALL)
    return [
        f"{number}: {line.strip()}"
        for number, line in enumerate(bare.splitlines(), 1)
        if re.search(r"(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right)(?:-\w+)?|left|right)\s*:", line)
        or re.search(r"\b(?:text-align|float|clear)\s*:\s*(?:left|right)\b", line)
        or re.search(r"\bborder-(?:top|bottom)-(?:left|right)-radius\b", line)
    ]


def test_style_sheets_know_no_left_and_right():
    """Arabic is mirrored by inline-start and inline-end alone."""
    assert {name_of(path): found for path in style_sheets() if (found := physical_sides(path.read_text()))} == {}


@pytest.mark.parametrize(
    "line", ["a { margin-left: 1px }", "a { left: 0 }", "a { text-align: right; }", "a{float:left}"]
)
def test_the_look_for_sides_sees_one(line):
    assert physical_sides(line)


@pytest.mark.parametrize(
    "line", ["a { margin-inline-start: 1px }", "/* left: 0 */", "a { inset-inline: 0 }", ".left-over { top: 0 }"]
)
def test_the_look_for_sides_sees_none_where_none_is(line):
    assert not physical_sides(line)


INLINE = {
    "a style of its own": r"<[^>]*\sstyle\s*=|<style\b",
    "a handler": r"<[^>]*\son(?:click|change|load|submit|input|key\w+)\s*=|\bhx-on\b",
    "a script of its own": r"<script\b(?![^>]*(?:src=|application/json))",
    "a script as an address": r"=\s*[\"']javascript:",
}


def test_pages_carry_no_styles_and_no_script_of_their_own():
    """The security policy refuses them: a class and a file do the same."""
    found = []
    for path in pages():
        text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)
        found += [f"{name_of(path)}: {what}" for what, pattern in INLINE.items() if re.search(pattern, text)]
    assert found == []


# Words that stand in templates without gettext, and why.
UNTRANSLATED: dict[str, str] = {
    "Mandates": "the name of the product",
}
SAID = re.compile(
    r"\{%-?\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->"
    r"|<(script|style|kbd|code|svg)\b.*?</\1>|&\w+;|&#\d+;",
    re.DOTALL,
)


def bare_words(text: str) -> list[str]:
    """Visible words of a template that miss gettext: text between tags, and what attributes show or speak."""
    text = SAID.sub("", re.sub(r"\{%\s*comment\b.*?endcomment\s*%\}", "", text, flags=re.DOTALL))
    for name in UNTRANSLATED:
        text = text.replace(name, "")
    shown = re.findall(r"\b(?:title|alt|aria-label|placeholder|data-l)=\"([^\"]*)\"", text)
    # A block may hold an attribute alone: {% block nav_texts %}aria-current="true"{% endblock %}.
    between = re.sub(r"<[^>]*>|^[\w-]+=\"[^\"]*\"$", "\n", text, flags=re.MULTILINE).splitlines()
    return [piece.strip() for piece in [*shown, *between] if re.search(r"[^\W\d_]{2,}", piece)]


def test_every_visible_word_goes_through_gettext():
    assert {name_of(path): words for path in pages() if (words := bare_words(path.read_text()))} == {}


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello</p>",
        '<input placeholder="Find">',
        "<p>{{ count }} tasks</p>",
        '<a aria-label="Up" href="#">{{ x }}</a>',
    ],
)
def test_the_look_for_bare_words_sees_one(template):
    assert bare_words(template)


@pytest.mark.parametrize(
    "template",
    [
        "<p>{% translate 'Hello' %}</p>",
        '<input placeholder="{% translate "Find" %}">',
        "{% blocktranslate %}{{ count }} tasks{% endblocktranslate %}",
        '<a href="{% url "x" %}">{{ name }} · 5</a>',
        "{# a note #}",
    ],
)
def test_the_look_for_bare_words_sees_none_where_none_is(template):
    assert not bare_words(template)


# ── Papers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_decision_has_its_number_its_date_and_its_page():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers)
    for path in decisions:
        first, _, rest = path.read_text().partition("\n")
        assert re.fullmatch(r"# \d{4} .+", first), f"{path.name} begins with “# {path.name[:4]} What was decided”"
        assert first[2:6] == path.name[:4]
        dated = re.match(r"\s*(\d{4}-\d{2}-\d{2})\b", rest)
        assert dated, f"{path.name} has its date on the line below its title"
        date.fromisoformat(dated[1])
        assert len(path.read_text().split()) < 500, f"{path.name} is longer than half a page"


def test_the_papers_that_a_newcomer_looks_for_are_there():
    readme = (ROOT / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme
    assert re.search(r"^## ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_links_between_our_papers_lead_somewhere():
    broken = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text()):
            if not re.match(r"[a-z]+:", target) and not (path.parent / target).exists():
                broken.append(f"{name_of(path)} → {target}")
    assert broken == []


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout of git")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_nothing_in_the_tree_names_a_machine_it_was_made_on_or_a_registry():
    # Put together from parts, so that this file does not find itself.
    machines = "|".join(["/" + r"work/(?:main|shared|\.)", "/" + "home/[a-z]+/", "/" + "Users/", "/" + "root/"])
    registries = "|".join(re.escape(host) for host in ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org"))
    looked_for = re.compile(rf"(?<![\w.~])(?:{machines})|{registries}|^--(?:index-url|find-links)", re.MULTILINE)
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if match := looked_for.search(text):
            found.append(f"{name_of(path)}: {match[0]}")
    assert found == []


def test_beside_each_dependency_stands_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    for dependency in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        assert re.search(rf'^  "{re.escape(dependency)}",\s+# \S.{{8,}}$', text, re.MULTILINE), dependency


def test_what_is_pinned_is_pinned_by_hash_and_the_two_files_agree():
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text()
        pinned = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in block for block in blocks)
        return pinned

    runtime, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert runtime.items() <= dev.items()
    asked = {
        re.split(r"[\[>=<]", name)[0].lower()
        for name in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    }
    assert {name.replace("_", "-") for name in asked} <= set(runtime)
