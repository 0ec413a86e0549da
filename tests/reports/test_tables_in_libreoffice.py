"""The table in a real spreadsheet: LibreOffice opens what we export, recalculates it, and finds nothing to run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mandates.actions import status
from mandates.models.words import plain
from tests.factories import NOON, InstructionFactory, TaskFactory

from .test_tables import FORMULAS, as_csv, as_xlsx

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not here: install libreoffice-calc to try this"),
]
# Commas, double quotes, UTF-8, numbers and dates are told, and what begins as a formula is one.
AS_PEOPLE_OPEN_IT = "CSV:44,34,76,1,,0,false,true,false,false,0,true"
FORMULA = re.compile(r'table:formula="([^"]*)"')


def formulas_in(files: list[Path], folder: Path, *arguments: str) -> dict[str, list[str]]:
    """The formulas that LibreOffice finds in files when it opens and recalculates them, by the name of the file."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [SOFFICE, profile, "--headless", *arguments, "--convert-to", "fods", "--outdir", folder, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)  # type: ignore[arg-type]
    return {path.name: FORMULA.findall((folder / f"{path.stem}.fods").read_text()) for path in files}


def test_none_of_forty_payloads_is_evaluated_in_a_real_spreadsheet(li_na, tmp_path):
    assert len(FORMULAS) >= 40
    for words in FORMULAS:
        task = TaskFactory(instruction=InstructionFactory(title=plain(words) or "x"))
        status.update(task=task, to="prog", words=words, by=li_na, at=NOON, seen=1, waiting_for=words)
    table, book, control = tmp_path / "table.csv", tmp_path / "book.xlsx", tmp_path / "control.csv"
    table.write_bytes(as_csv(li_na))
    book.write_bytes(as_xlsx(li_na))
    control.write_text("what,next\n=1+1,a\n")  # it does evaluate what is not made safe

    found = formulas_in([table, control], tmp_path, f"--infilter={AS_PEOPLE_OPEN_IT}") | formulas_in([book], tmp_path)

    assert found == {"table.csv": [], "control.csv": ["of:=1+1"], "book.xlsx": []}
    for name in ("table", "book"):
        cells = (tmp_path / f"{name}.fods").read_text().count("<text:p>")
        assert cells > 3 * len(FORMULAS), f"{name} was not opened as a table"
