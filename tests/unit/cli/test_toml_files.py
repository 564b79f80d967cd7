"""TOML files of a user: what is refused, and where."""

from __future__ import annotations

import pytest

from gecam.cli.plan_files import read_plan
from gecam.cli.scenario_file import CIRCLES, KEYS, TOP, read_scenario
from gecam.cli.toml_files import KINDS, TEXT
from gecam.errors import FileAccessError, InputError

CHANGES = {
    "copy": 'copy = "2022-YEM"\ndestination = "YEM"\n',
    "people": 'people = 1000\ncrisis = "c"\ndestination = "SDN"\nas_of = 2022-07-01\n',
    "areas": 'areas = "areas.csv"\nthreshold = 6\ncrisis = "c"\ndestination = "SDN"\n'
    "as_of = 2022-07-01\n",
    "map": 'map = "a.csv"\nhazard = "a.csv"\ncrisis = "c"\ndestination = "SDN"\n'
    "as_of = 2022-07-01\n",
}
VALUES = {
    "text": '"some text"', "empty": '""', "number": "-7.5", "nan": "nan", "list": "[]",
    "table": "{}", "flag": "true", "day": "2022-07-01", "NUL": '"\\u0000"',
}  # fmt: skip
OF_KIND = {  # values that a key of a kind may hold
    TEXT: {"text", "empty", "NUL"},
    **{KINDS[key]: names for key, names in {
        "people": {"number"}, "alone": {"flag"}, "as_of": {"text", "empty", "NUL", "day"},
        "circles": {"table"}, "edition": {"text", "empty", "NUL"}, "radii_km": set(),
        "change": {"list"}}.items()},
}  # fmt: skip


@pytest.fixture
def scenario(tmp_path):
    def read(text):
        path = tmp_path / "worse.toml"
        path.write_text(text)
        return read_scenario(path)

    return read


@pytest.mark.parametrize("kind", KEYS)
def test_a_value_of_another_kind_is_refused_with_its_key_and_change(scenario, kind):
    for key in sorted(KEYS[kind]):
        rest = [line for line in CHANGES[kind].splitlines() if not line.startswith(f"{key} ")]
        for name, value in VALUES.items():
            text = "\n".join(["[[change]]", *rest, f"{key} = {value}"])
            if name not in OF_KIND[KINDS.get(key, TEXT)]:
                with pytest.raises(InputError, match=rf"worse\.toml, change 1: {key} must be "):
                    scenario(text)


@pytest.mark.parametrize("key", sorted(TOP - {"edition"}))
def test_a_value_of_another_kind_is_refused_at_the_top(scenario, key):
    for name, value in VALUES.items():
        if name not in OF_KIND[KINDS.get(key, TEXT)]:
            with pytest.raises(InputError, match=r"worse\.toml: "):
                scenario(f"{key} = {value}")


@pytest.mark.parametrize("key", sorted(CIRCLES))
@pytest.mark.parametrize("value", ['"a"', "true", "[]", '["a"]', "nan"])
def test_circles_are_of_numbers(scenario, key, value):
    circles = {"longitude": "37", "latitude": "37", "radii_km": "[50]", "levels": "[7]"}
    circles[key] = value
    stated = ", ".join(f"{name} = {number}" for name, number in circles.items())
    with pytest.raises(InputError, match=rf"change 1, circles: {key} must be "):
        scenario(f"[[change]]\n{CHANGES['map']}circles = {{ {stated} }}\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "lacks|cannot be read as CSV: No columns"),
        (b"area,residents\nA,1\n", "a.csv lacks the columns intensity"),
        (b'area,residents,intensity\n"A,1,2\n', "a.csv cannot be read as CSV"),
        (b"area,residents,intensity\n\xff,1,2\n", "a.csv cannot be read as CSV"),
        (b"area,residents,intensity\nA,1,2,3\nB,1\nC,1,2,3,4,5\n", "a.csv cannot be read as CSV"),
    ],
)
def test_a_table_of_areas_that_is_none_is_refused(scenario, tmp_path, content, said):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=rf"worse\.toml, change 1: .*({said})"):
        scenario(f"[[change]]\n{CHANGES['areas'].replace('areas.csv', 'a.csv')}")


@pytest.mark.parametrize("kind", ["areas", "map"])
def test_a_file_that_a_scenario_names_must_be_there(scenario, kind):
    with pytest.raises(FileAccessError, match=r"\.csv does not exist"):
        scenario(f"[[change]]\n{CHANGES[kind]}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", "is not a TOML file"),
        (b"a = ", "is not a TOML file"),
        (b"a = " + b"[" * 100_000, "nests too deeply"),
        (b"#" * (1 << 21), "more than 1,048,576 bytes"),
        (b'targeted = "many"', "targeted must be a number: got 'many'"),
        (b"cost_under = []", r"cost_under must be a number: got \[\]"),
        (b"name = 2022-07-01", "name must be text in quotation marks"),
        (b"reached = 3", "unknown key 'reached'"),
    ],
)
def test_a_plan_is_read_in_the_same_way(tmp_path, content, said):
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"plan\.toml.* ?{said}"):
        read_plan(path, "SDN", 2022)
