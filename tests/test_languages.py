"""The languages that are offered: every word is there, with the places that are filled in."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import to_locale

OFFERED = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|</?\w+>")
SOURCES = ("bench", "config", "mandates", "reader", "reports", "static", "templates", "manage.py")


def catalogue(code: str, root: Path = settings.BASE_DIR) -> dict[str, list[str]]:
    """The words of a language: from those of the code to the forms of the translation."""
    with (root / "locale" / to_locale(code) / "LC_MESSAGES" / "django.mo").open("rb") as file:
        found = gettext.GNUTranslations(file)
    words: dict[str, list[str]] = {}
    for key, value in found._catalog.items():  # type: ignore[attr-defined]
        words.setdefault(key[0] if isinstance(key, tuple) else key, []).append(value)
    words.pop("", None)
    return words


def test_arabic_is_offered():
    assert "ar" in OFFERED


@pytest.mark.parametrize("code", OFFERED)
def test_a_translation_fills_in_what_its_words_fill_in(code):
    """Of plurals the compiler of the catalogue sees to it: Arabic says one and two in words, without the number."""
    single = {words: forms[0] for words, forms in catalogue(code).items() if len(forms) == 1}
    assert [words for words, form in single.items() if set(PLACES.findall(words)) != set(PLACES.findall(form))] == []


ONE_FORM = {"_", "gettext", "gettext_lazy"}
IN_A_TEMPLATE = re.compile(
    r"""{% translate (["'])(?P<words>.*?)\1|{% blocktranslate[^%]*%}(?P<block>.*?){% endblocktranslate %}""", re.DOTALL
)
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")


def asked_without_a_number() -> Iterator[tuple[str, str]]:
    """(file, words) wherever words are asked for in the one form they have."""
    for name in SOURCES:
        root = settings.BASE_DIR / name
        for file in [root] if root.is_file() else [*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]:
            if file.suffix == ".py":
                for call in ast.walk(ast.parse(file.read_text())):
                    if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ONE_FORM and call.args:
                        words = call.args[0]
                        if isinstance(words, ast.Constant):
                            yield file.name, str(words.value)
            else:
                for found in IN_A_TEMPLATE.finditer(file.read_text()):
                    block = VARIABLE.sub(r"%(\1)s", found["block"] or "")
                    if "{% plural %}" not in block:
                        yield file.name, found["words"] or block


@pytest.mark.parametrize("code", OFFERED)
def test_words_that_have_forms_for_numbers_are_asked_for_with_the_number(code):
    """Else they come in the form for one: the board said in Arabic that one task of 35 was silent."""
    several = {words for words, forms in catalogue(code).items() if len(forms) > 1}
    asked = list(asked_without_a_number())
    assert len(asked) > 500
    assert len(several) > 50
    assert sorted((file, words) for file, words in asked if words in several) == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext is missing: install the package gettext")
@pytest.mark.parametrize("code", OFFERED)
def test_every_word_of_an_offered_language_is_translated(code, tmp_path):
    """`make messages` gathers what is missing; then its translation is written into the catalogue."""
    for name in SOURCES:
        source = settings.BASE_DIR / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / "locale").mkdir()
    gather = [sys.executable, "manage.py", "makemessages", "--locale", to_locale(code), "--no-location"]
    gathered = subprocess.run(gather, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert gathered.returncode == 0, gathered.stderr
    folder = tmp_path / "locale" / to_locale(code) / "LC_MESSAGES"
    written = (folder / "django.po").read_text()
    # each word stands for itself, so that the compiled file holds them all
    subprocess.run(["msgen", "-o", "all.po", "django.po"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["msgfmt", "-o", "django.mo", "all.po"], cwd=folder, check=True, capture_output=True)
    assert written
    assert sorted(catalogue(code, tmp_path).keys() - catalogue(code).keys()) == []


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="msgfmt is missing: install the package gettext")
@pytest.mark.parametrize("code", OFFERED)
def test_what_is_compiled_is_what_is_written(code, tmp_path):
    folder = tmp_path / "locale" / to_locale(code) / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = settings.LOCALE_PATHS[0] / to_locale(code) / "LC_MESSAGES" / "django.po"
    compile_ = ["msgfmt", "--check-format", "-o", str(folder / "django.mo"), str(source)]
    subprocess.run(compile_, check=True, capture_output=True)
    assert catalogue(code, tmp_path) == catalogue(code)


def test_a_reader_chooses_arabic_and_the_page_comes_from_the_right(client, db):
    page = client.get("/account/login/").content.decode()
    assert 'lang="en" dir="ltr"' in page
    assert 'name="language" value="ar" lang="ar">العربيّة</button>' in page
    client.post("/language/", {"language": "ar"})
    page = client.get("/account/login/").content.decode()
    assert 'lang="ar" dir="rtl"' in page
    assert "تسجيل الدخول" in page
    assert 'value="en" lang="en">English</button>' in page
