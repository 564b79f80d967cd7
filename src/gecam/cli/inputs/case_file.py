"""A case that is saved with everything that a run used, to be run again elsewhere."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from gecam.cli.paths import to_read
from gecam.cli.settings import say
from gecam.uncertainty import DEFAULT_LEVEL, DEFAULT_SAMPLER

if TYPE_CHECKING:
    from gecam.results import Estimates

NAME, FOLDER = "case.toml", "files"
# Options of `gecam estimate` that say where an answer goes, not what it is.
OF_OUTPUT = frozenset({
    "out", "db", "release", "reason", "supersedes", "as_json", "strict", "case", "save_to",
})  # fmt: skip
OF_RUN = frozenset({"draws", "seed", "scope", "level", "sampler", "measure"})
PATHS = frozenset({
    "needs", "by_area", "stock", "population", "protected", "footprint", "areas", "grid", "phases",
    "groups",
})  # fmt: skip
ESTIMAND = frozenset({"scope", "measure"})  # other people, where they are not the usual ones
USUAL: Mapping[str, Any] = {
    "scope": "all", "measure": "in_need", "level": DEFAULT_LEVEL, "sampler": DEFAULT_SAMPLER,
}  # fmt: skip
CHUNK = 1 << 20  # bytes


def read_case_file(ctx: typer.Context, path: Path | None) -> Path | None:
    """Read a saved case: its options of the run become the defaults of the command.

    Raises
    ------
    FileAccessError, InputError
        If it is no saved case, or a file of it is missing or is another one.
    """
    if path is None:
        return None
    path = path / NAME if path.is_dir() else path
    to_read(path)
    taken = {str(parameter.name) for parameter in ctx.command.params}
    options = saved_options(path)
    if "save_to" not in taken:  # gecam estimate takes every option itself
        options = {k: v for k, v in options.items() if k in OF_RUN}
    _refuse_unused({k: v for k, v in options.items() if k not in taken}, path)
    ctx.default_map = {**(ctx.default_map or {}), **{k: options[k] for k in options if k in taken}}
    return path


def _refuse_unused(options: Mapping[str, Any], path: Path) -> None:
    """Say which options of a case a command does not use; refuse those of other people."""
    unused = {k: v for k, v in options.items() if v != USUAL.get(k)}
    if odd := sorted(ESTIMAND & unused.keys()):
        raise typer.BadParameter(
            f"{path.name} has {odd[0]} = {unused[odd[0]]!r}, which this command does not take: release "
            "the case with gecam estimate --case ... --db FILE, and give --db here"
        )
    if unused:
        say(f"not used here: {', '.join(sorted(unused))} of {path.name}")


def saved_options(path: Path) -> dict[str, Any]:
    """Return the options of a saved case, with the paths of its files, which are the saved ones.

    Raises
    ------
    FileAccessError, InputError
        If the file is no saved case, or a file of it is missing or is another one.
    """
    from gecam.cli.toml_files import read_toml
    from gecam.errors import InputError, Problem
    from gecam.results import document_schema

    saved = read_toml(path)
    if saved.get("schema") != document_schema("case"):
        raise InputError(
            f"{path.name} is no saved case. gecam estimate --save-case FOLDER writes one."
        )
    hashes = saved.get("sha256", {})
    problems = []
    for name, expected in hashes.items():
        file = path.parent / name
        to_read(file)
        if (got := _sha256(file)) != expected:
            what = (
                f"the file is another one than was saved: SHA-256 {got[:12]}, not {expected[:12]}"
            )
            remedy = "Take the saved file, or save the case again."
            problems.append(Problem(what, remedy, file=name, code="CHANGED"))
    if problems:
        raise InputError(f"case {path.name} cannot be run again as it was", problems)
    options = dict(saved.get("options", {}))
    for name in PATHS & options.keys():
        value = options[name]
        paths = [path.parent / item for item in ([value] if isinstance(value, str) else value)]
        options[name] = paths if isinstance(value, list) else paths[0]
    if "as_of" in options:
        options["as_of"] = datetime.fromisoformat(str(options["as_of"]))
    return options


def save_case(folder: Path, options: Mapping[str, Any], est: Estimates) -> None:
    """Write what a run used into a folder: its options, copies of its files, and hashes.

    Parameters
    ----------
    folder
        Made if it is not there.
    options
        Of `gecam estimate`, by name.
    est
        The answer that they gave.
    """
    from gecam.results import document_schema

    made = est.provenance
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    hashes: dict[str, str] = {}
    stated: dict[str, Any] = {}
    for name, value in options.items():
        if name in OF_OUTPUT or value is None or value in ("", []):
            continue
        stated[name] = _copied(value, folder, hashes) if name in PATHS else value
    lines = [
        "# Everything that a run of gecam used. Run it again: gecam estimate --case case.toml",
        f"schema = {json.dumps(document_schema('case'))}",
        "",
        "[options]",
        *(f"{name} = {_toml(value)}" for name, value in stated.items()),
        "",
        "[sha256]",
        *(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in hashes.items()),
        "",
        "[answer]",
        f"config_sha256 = {json.dumps(made.config_sha256)}",
        *(f"{name} = {json.dumps(value)}" for name, value in made.versions.items()),
        "",
    ]
    (folder / NAME).write_text("\n".join(lines), encoding="utf-8")
    say(
        f"saved {folder / NAME} with {len(hashes)} files; run it again: gecam estimate --case {folder}"
    )


def compare_with_saved(path: Path | None, est: Estimates) -> None:
    """Say whether an answer went the way of the saved one."""
    if path is None:
        return
    from gecam.cli.toml_files import read_toml

    saved = read_toml(path).get("answer", {}).get("config_sha256", "")
    now = est.provenance.config_sha256
    if saved == now:
        say(f"inputs and settings are those of {path.name}: {now[:16]}")
    else:
        say(
            f"inputs and settings differ from {path.name}: {now[:16]}, saved {saved[:16]}. Options "
            "were changed, or gecam packages other figures than the version that saved it."
        )


def _copied(value: Any, folder: Path, hashes: dict[str, str]) -> Any:
    """Copy one or several files, and return their names in the folder."""
    if isinstance(value, list | tuple):
        return [_copied(item, folder, hashes) for item in value]
    name = f"{FOLDER}/{value.name}"
    while name in hashes:
        name = name.replace(f"{FOLDER}/", f"{FOLDER}/_", 1)
    beside = value.parent.glob(f"{value.stem}.*") if value.suffix == ".shp" else [value]
    for file in beside:  # a shapefile is several files
        shutil.copyfile(file, folder / f"{name.removesuffix(value.suffix)}{file.suffix}")
    hashes[name] = _sha256(folder / name)
    return name


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def _toml(value: Any) -> str:
    """Return a value as TOML: text, numbers, flags, days, and lists of them."""
    if isinstance(value, Mapping):
        raise TypeError("options are not tables")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return json.dumps(value.date().isoformat())
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(str(value) if isinstance(value, Path) else value)


CaseFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--case",
        callback=read_case_file,
        is_eager=True,
        help="A case that --save-case wrote (its case.toml, or the folder).",
    ),
]
