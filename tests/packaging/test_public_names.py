"""The public names: complete, typed, and cheap to have."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import gecam

PACKAGE = Path(gecam.__file__).parent
EXTRAS = (
    "shapely", "pyproj", "rasterio", "exactextract", "dask", "distributed", "pyarrow", "duckdb",
    "xlsxwriter", "h5netcdf", "h5py", "arviz",
)  # fmt: skip
HEAVY = ("statsmodels", "scipy.stats", "matplotlib", "python_calamine")


def run(code: str) -> str:
    """Run code in a new process of this Python and return what it prints."""
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.mark.parametrize("name", gecam.__all__)
def test_every_public_name_resolves(name):
    assert getattr(gecam, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"gecam attribute nonsense"):
        gecam.nonsense  # noqa: B018


def test_dir_lists_the_public_names():
    assert dir(gecam) == sorted(gecam.__all__)


def exported(stub: Path) -> dict[str, str]:
    """Return each name that a stub exports, and the module that it is imported from."""
    names = {}
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        assert isinstance(node, ast.ImportFrom), f"line {node.lineno} is not an import"
        for alias in node.names:
            again = f"{alias.name} is not exported: write `import {alias.name} as {alias.name}`"
            assert alias.asname == alias.name, again
            assert alias.name not in names, f"{alias.name} stands twice in {stub}"
            names[alias.name] = node.module or ""
    return names


@pytest.mark.parametrize("stub", sorted(PACKAGE.rglob("__init__.pyi")), ids=lambda p: p.parent.name)
def test_a_stub_exports_each_name_once_and_where_it_is_defined(stub):
    room = ".".join(stub.parent.relative_to(PACKAGE.parent).parts)
    for name, module in exported(stub).items():
        holder = importlib.import_module(f"{room}.{module}" if module else f"{room}.{name}")
        if not module or module.startswith("_"):
            continue
        if room == "gecam":  # of a room, only what the room itself exports
            assert name in holder.__all__
        assert getattr(importlib.import_module(room), name) is getattr(holder, name)


def test_every_room_exports_its_names_and_all_of_them_exist():
    rooms = [info.name for info in pkgutil.iter_modules([str(PACKAGE)]) if info.ispkg]
    on_disk = {path.parent.name for path in PACKAGE.glob("*/*.py")} - {"__pycache__"}
    assert set(rooms) == on_disk, "a room without __init__.py"
    for room in set(rooms) - {"cli"}:
        module = importlib.import_module(f"gecam.{room}")
        assert len(set(module.__all__)) == len(module.__all__)
        missing = [name for name in module.__all__ if not hasattr(module, name)]
        assert not missing, f"gecam.{room} exports names it does not have"


def test_importing_gecam_imports_nothing_else():
    loaded = run(
        "import sys; before = set(sys.modules); import gecam; "
        "print(*sorted({n.partition('.')[0] for n in set(sys.modules) - before}))"
    ).split()
    assert set(loaded) - set(sys.stdlib_module_names) == {"gecam", "lazy_loader"}


def test_all_public_names_come_without_extras_and_without_heavy_libraries():
    loaded = run(
        f"""
import sys
class Without:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        is_extra = name.partition(".")[0] in {EXTRAS!r}
        return None if is_extra else self.finder.find_spec(name, path, target)
sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
import gecam
for name in gecam.__all__:
    getattr(gecam, name)
print(*sys.modules)
"""
    ).split()
    assert not [name for name in HEAVY if name in loaded]


MOST_MODULES, MOST_LINES = 80, 14_000


def test_an_edition_and_its_estimate_import_what_they_use():
    files = run(
        """
import sys
import gecam
gecam.estimate(gecam.load_edition("2022"), draws=2)
print(*(m.__file__ for name, m in sys.modules.items() if name.split(".")[0] == "gecam"), sep="\\n")
"""
    ).splitlines()
    lines = sum(len(Path(file).read_text(encoding="utf-8").splitlines()) for file in files)
    assert len(files) <= MOST_MODULES
    assert lines <= MOST_LINES


NOT_OF_AN_ESTIMATE = (
    *HEAVY, "jinja2", "xarray", "scipy.optimize", "scipy.sparse", "gecam.database", "gecam.evaluation",
    "gecam.geo", "gecam.io", "gecam.mortality", "gecam.preparedness", "gecam.report.page",
)  # fmt: skip


def test_the_command_that_estimates_imports_what_it_prints_with():
    loaded = (
        run(
            """
import atexit, sys
from gecam.cli.main import main
atexit.register(lambda: print("LOADED", *sys.modules))
sys.argv[1:] = ["estimate", "--edition", "2022", "--draws", "100"]
main()
"""
        )
        .split("LOADED")[1]
        .split()
    )
    assert "gecam.report.estimate_tables" in loaded
    assert not [name for name in NOT_OF_AN_ESTIMATE if name in loaded]


def test_versions_are_read_without_importing_the_packages():
    lines = run(
        "import gecam, sys; print(gecam.show_versions()); assert 'numpy' not in sys.modules"
    )
    assert lines.startswith(f"gecam           {gecam.__version__}\n")
    shown = {line.split()[0] for line in lines.splitlines()}
    assert {"numpy", "scipy", "shapely", "dask", "arviz"} <= shown
    assert not {"pytest", "sphinx"} & shown
