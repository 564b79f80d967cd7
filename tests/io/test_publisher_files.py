"""Where publishers' files are: a row for each reader, and a page that says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from gecam.cli.main import app
from gecam.io import publisher_files
from gecam.io.readers import readers

PAGE = Path(__file__).resolve().parents[2] / "docs/reference-data/sources.md"


def page() -> str:
    """Return the table of the page as it follows from the list; printed to renew it."""
    rows = [
        "| publisher | data set and page | files | licence | goes to | told by | reader |",
        "|" + "---|" * 7,
    ]
    for row in publisher_files().to_dict("records"):
        title = f"[{row['title']}]({row['page']})"
        known = re.sub(r"'([^']+)'", r"`\1`", row["known_by"])
        cells = (row["publisher"], title, row["files"], row["licence"], row["goes_to"], known,
                 f"`{row['reader']}`")  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def test_every_reader_of_a_publisher_has_a_row_with_page_file_licence_and_sign():
    table = publisher_files()
    of_publishers = {r.name for r in readers() if r.publisher not in {"you", "compiled"}}
    assert set(table["reader"]) == of_publishers
    assert table["reader"].is_unique
    assert (table != "").all(axis=None)
    assert table["page"].str.fullmatch(r"https://[^\s]+").all()


def test_the_page_lists_what_the_command_lists():
    assert page() in PAGE.read_text(encoding="utf-8"), (
        f"renew docs/reference-data/sources.md:\n{page()}"
    )


def test_the_command_lists_files_by_a_word():
    run = CliRunner().invoke
    shown = run(app, ["sources", "unhcr"])
    assert shown.exit_code == 0, shown.output
    assert "https://www.unhcr.org/refugee-statistics/download/" in shown.output
    assert "'coo_iso', 'coa_iso'" in shown.output
    assert "UN DESA" not in shown.output
    rows = json.loads(run(app, ["sources", "--json"]).stdout)["files"]
    assert len(rows) == len(publisher_files())
    assert run(app, ["sources", "nobody"]).exit_code == 2
