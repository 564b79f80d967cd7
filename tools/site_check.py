"""Check the built documentation: `python tools/site_check.py FOLDER`, at the end of `make docs`.

What readers look for is the first answer of its search, and every picture is told in a sentence.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

LOOKED_FOR = {
    "Excel": "howto/own-tables",
    "own data": "howto/own-tables",
    "spreadsheet": "howto/own-tables",
    "notebooks": "notebooks/index",
    "install": "howto/set-up",
    "figure": "howto/figures",
    "API": "reference/index",
}


def main(folder: Path) -> None:
    """Print what is wrong, and leave with 1."""
    text = (folder / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    faults = [*not_found(index), *not_told(folder)]
    print("\n".join(faults) or "search and pictures of the site are as they should be")
    sys.exit(bool(faults))


def not_found(index: Mapping[str, Any]) -> Iterator[str]:
    """Yield what readers look for and do not find first: Sphinx ranks main entries before titles."""
    for words, page in LOOKED_FOR.items():
        places = index["indexentries"].get(words.lower(), [])
        if page not in {index["docnames"][k] for k, _, is_main in places if is_main}:
            yield f"search for {words!r}: {page} has no such main entry of the index (! {words})"


def not_told(folder: Path) -> Iterator[str]:
    """Yield the pictures that no sentence tells."""
    for page in sorted(folder.rglob("*.html")):
        for picture in re.findall(r"<img\b[^>]*_images/[^>]*>", page.read_text(encoding="utf-8")):
            alt = re.search(r'\balt="([^"]*)"', picture)
            words = unescape(alt[1]) if alt else ""
            if not (re.fullmatch(r"[A-Z].*\.", words) and len(words.split()) >= 8):
                yield f"{page.relative_to(folder)}: {words!r} tells a picture in no sentence"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
