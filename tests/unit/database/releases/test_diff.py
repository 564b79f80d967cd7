"""What changed between two releases, and why."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam.database import Database
from gecam.database.releases import release as release_module
from gecam.database.releases.causes import divided_data
from gecam.errors import DatabaseError, InputError
from gecam.estimation import estimate
from gecam.evaluation import YEAR_CAUSES, series, shapley_difference
from gecam.model import Assumptions, OddsRatioPrior, ProtectedPopulation, Stock
from gecam.results import Estimates

PARTS = ["data", "method", "seed", "code"]
DATA = ["data: stock", "data: refugees", "data: needs"]


def with_more(case, *, stock=1.0, refugees=1.0, needs=1.0, **changes):
    """The invented case with some of its figures multiplied."""
    people = case.stock.people.assign(people=case.stock.people["people"] * stock)
    protected = case.protected.people.assign(refugees=case.protected.people["refugees"] * refugees)
    return replace(
        case,
        stock=Stock(people, case.stock.basis, case.stock.source),
        protected=ProtectedPopulation(protected, case.protected.source),
        footprints=tuple(replace(f, people=f.people * needs) for f in case.footprints),
        **changes,
    )


def released(db: Database, name: str, case, *, seed=1, draws=50, scope="all"):
    answer = estimate(case, draws=draws, seed=seed, scope=scope)
    db.release(answer, name=name, reason="test", case=case)


def of_the_year_before(case):
    """The invented case of 2021: half the people in need, and one country's plan of another scope."""
    when = date(2021, 7, 1)
    return replace(
        case,
        crises=tuple(replace(c, reference_date=when) for c in case.crises),
        footprints=tuple(
            replace(
                f, as_of=when, people=f.people / 2,
                pin_scope="migrants_separate" if f.destination == "PER" else f.pin_scope,
            )
            for f in case.footprints
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def released_more(made, small_case, tmp_path_factory):
    """A folder with three releases: ``r1``, one of more needs, one of 2021; copied, never changed."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("more"), dirs_exist_ok=True)
    database = Database(folder / "estimates.gecam")
    released(database, "needs", with_more(small_case, needs=1.2))
    released(database, "2021", of_the_year_before(small_case))
    return folder


@pytest.fixture
def db(released_more, tmp_path):
    folder = shutil.copytree(released_more, tmp_path, dirs_exist_ok=True)
    return Database(folder / "estimates.gecam", create=False)


def test_rows_say_what_became_of_them(db, small_case):
    fewer = small_case.restrict(["SDN", "KEN"])
    released(db, "r2", with_more(fewer, needs=1.5))
    rows = db.diff("r1", "r2", by_cause=False).rows
    assert rows.loc["destination/PER", "what"] == "removed"
    assert rows.loc["destination/SDN", "what"] == "changed"
    assert math.isnan(rows.loc["destination/PER", "new"])
    back = db.diff("r2", "r1", by_cause=False).rows
    assert back.loc["destination/PER", "what"] == "added"
    assert back.loc["cell/per/PER/protection", "what"] == "added"
    same = db.diff("r1", "r1", by_cause=False).rows
    assert set(same["what"]) == {"same", "not estimated"}
    assert same.loc["crisis/region", "what"] == "not estimated"


def test_numbers_and_intervals_are_the_stored_ones(db):
    rows = db.diff("r1", "needs", by_cause=False).rows
    old, new = (db.estimates(name).set_index("id") for name in ("r1", "needs"))
    np.testing.assert_array_equal(rows["old"], old.loc[rows.index, "mean"])
    np.testing.assert_array_equal(rows["new"], new.loc[rows.index, "mean"])
    key = "destination/SDN"
    inside = old.loc[key, "lower"] <= new.loc[key, "mean"] <= old.loc[key, "upper"]
    assert rows.loc[key, "is_inside"] == inside


def test_causes_add_up_to_the_last_bit(db, small_case):
    changed = with_more(
        small_case,
        stock=1.3,
        needs=1.2,
        assumptions=replace(Assumptions(), odds_ratio=OddsRatioPrior.from_logs(0.4, 0.5446)),
    )
    released(db, "r2", changed, seed=5, scope="excluding_refugees")
    diff = db.diff("r1", "r2", country="SDN")
    parts = diff.causes.parts
    assert set(diff.rows["iso3"]) == {"SDN"}
    assert diff.causes.runs == 16  # four things differ
    for key, row in parts.iterrows():
        assert math.fsum(row[PARTS]) == diff.rows.loc[key, "change"]
        assert math.fsum(row[DATA]) == row["data"]
        assert row["code"] == 0  # the installed version made both


@pytest.mark.parametrize("share", [0.47, 0.55, 0.76])
def test_parts_of_the_data_add_up_whatever_the_rounding(share):
    """With the remainder in the larger part the last digit of these sums was missed."""
    factors = {"stock": (1000.0, 1300.0), "needs": (0.2, share), "method": (1.0, 0.9),
               "seed": (1.0, 1.01)}  # fmt: skip

    def value(on):
        return np.array([math.prod(pair[name in on] for name, pair in factors.items())])

    def of_all_data(on):
        return value((on - {"data"}) | ({"stock", "needs"} if "data" in on else set()))

    whole = shapley_difference(of_all_data, ("data", "method", "seed")).parts[0]
    (parts,) = divided_data(value, np.array([True]), whole)
    assert parts[1] == 0  # refugees, which change nothing
    assert math.fsum(parts) == whole[0]


@pytest.mark.parametrize(
    ("changes", "options", "cause"),
    [
        ({"stock": 1.3}, {}, "data: stock"),
        ({"refugees": 0.8}, {}, "data: refugees"),
        ({"needs": 1.2}, {}, "data: needs"),
        ({"assumptions": replace(Assumptions(), unknown_scope_weight=1.0)}, {}, "method"),
        ({}, {"seed": 2}, "seed"),
        ({}, {"draws": 60}, "seed"),
        ({}, {"scope": "union"}, "method"),
    ],
)
def test_one_change_has_one_cause(db, small_case, changes, options, cause):
    released(db, "r2", with_more(small_case, **changes), **options)
    diff = db.diff("r1", "r2", country="KEN")
    assert diff.causes.runs == 2
    assert set(diff.causes.of("destination/KEN")) == {cause}
    assert diff.causes.of("destination/KEN")[cause] == diff.rows.loc["destination/KEN", "change"]


def test_one_country_alone_is_explained_as_among_all(db, small_case):
    released(db, "r2", with_more(small_case, stock=1.1, needs=1.2))
    alone = db.diff("r1", "r2", country="SDN").causes.parts
    among = db.diff("r1", "r2").causes.parts
    pd.testing.assert_frame_equal(alone, among.loc[alone.index])
    assert among.loc["total/country plans", "data"] > 0
    assert among.loc["total/country plans", DATA].isna().all()  # divided for countries only


def test_independent_draws_are_replayed_and_divided(db, small_case):
    options = {"draws": 64, "seed": 1, "sampler": "mc"}
    changed = with_more(small_case, stock=1.1, needs=1.2)
    for name, case in (("s1", small_case), ("s2", changed)):
        db.release(estimate(case, **options), name=name, reason="test")
    assert db.replay("s1").verdict == "identical"
    causes = db.diff("s1", "s2", country="SDN").causes
    parts = causes.parts.loc["destination/SDN"]
    assert parts["code"] == 0
    assert parts[DATA].sum() == pytest.approx(parts["data"])


def test_a_country_of_one_release_only_has_no_causes(db, small_case):
    released(db, "r2", small_case.restrict(["SDN", "KEN"]))
    assert db.diff("r1", "r2", country="PER").why_no_causes == "no row is estimated in both"


def test_a_changed_version_shows_as_code(db, small_case, answer):
    older = replace(answer, draws=answer.draws * 0.9)
    db.release(older, name="old", reason="as an older version would have", case=small_case)
    diff = db.diff("old", "needs", country="SDN")
    cell = diff.causes.parts.loc["cell/sdn/SDN/other"]
    assert cell["code"] > 0
    assert cell["code"] == pytest.approx(0.1 * answer.draws[-2].mean(), rel=1e-12)
    assert math.fsum(cell[PARTS]) == diff.rows.loc["cell/sdn/SDN/other", "change"]


def test_a_difference_between_years_is_that_of_the_series(db, small_case):
    diff = db.diff("2021", "r1")
    assert diff.years == (2021, 2022)
    found = series([of_the_year_before(small_case), small_case], draws=50, seed=1)
    for row in found.changes[found.changes["what"].eq("in both")].to_dict("records"):
        is_sum = row["destination"] == "all"
        key = "panel/in both" if is_sum else (
            f"destination_group/{row['destination']}/{row['group']}"
        )  # fmt: skip
        for name in ("old", "new", "change", "lower", "upper"):
            assert diff.rows.loc[key, name] == row[name]
        assert diff.causes.parts.loc[key].to_dict() == {c: row[c] for c in YEAR_CAUSES}


def test_another_definition_is_no_change_between_years(db):
    rows = db.diff("2021", "r1", by_cause=False).rows
    peru = rows.loc["destination_group/PER/other"]
    assert peru["what"] == "other scope"
    assert math.isnan(peru["change"])
    assert peru["new"] > 0
    assert "destination/PER" not in rows.index
    assert not {"total", "crisis"} & set(rows["breakdown"])  # they are not of the same countries


def test_a_difference_between_years_is_no_revision_and_says_so(db):
    diff = db.diff("2021", "r1", country="SDN")
    assert "By cause:" in diff.explain("SDN")
    assert "earlier interval" not in diff.explain("SDN")
    with pytest.raises(InputError, match="of two years"):
        diff.revision()
    assert diff.note == ""


def test_releases_of_two_years_by_two_seeds_are_compared_by_one(db, small_case):
    released(db, "r9", small_case, seed=9)
    diff = db.diff("2021", "r9", country="SDN", by_cause=False)
    assert diff.note.startswith("Figures are by the method and seed of r9")


def test_without_inputs_years_are_not_compared(db, small_case):
    db.release(replace(estimate(small_case, draws=50), case=None), name="bare", reason="no inputs")
    with pytest.raises(InputError, match="holds no inputs"):
        db.diff("2021", "bare")


def test_a_release_without_draws_makes_them_again(db, small_case, monkeypatch):
    answer = estimate(small_case, draws=50, seed=4)
    light = db.release(answer, name="light", reason="rows and inputs", case=small_case, draws=False)
    assert not light.has_draws
    assert np.array_equal(light.load().draws, answer.draws, equal_nan=True)
    assert db.replay("light").verdict == "identical"
    assert db.verify().releases == 4
    monkeypatch.setattr(
        release_module, "estimate", lambda case, **o: estimate(case, **{**o, "seed": 5})
    )
    assert db.replay("light").verdict == "different"
    with pytest.raises(DatabaseError, match="holds no draws"):
        light.load()
    with pytest.raises(InputError, match="needs its inputs"):
        db.release(replace(answer, case=None), name="no", reason="no inputs", draws=False)


def test_revision_statistics_follow_their_formulas(db):
    found = db.diff("r1", "needs", by_cause=False).revision()
    earlier, later = (
        db.estimates(n, breakdown="destination").set_index("iso3") for n in ("r1", "needs")
    )
    r = later["mean"] - earlier["mean"]
    assert (found.n, found.breakdown) == (3, "destination")
    assert found.mean == pytest.approx(r.mean())
    assert found.mean_absolute == pytest.approx(r.abs().mean())
    assert found.root_mean_square == pytest.approx(math.sqrt((r**2).mean()))
    assert found.relative == pytest.approx(r.abs().sum() / later["mean"].abs().sum())
    assert (
        found.share_outside == 1 - later["mean"].between(earlier["lower"], earlier["upper"]).mean()
    )
    with pytest.raises(InputError, match="no row of breakdown 'x'"):
        db.diff("r1", "needs", by_cause=False).revision("x")


def test_a_change_is_explained_in_words(db):
    diff = db.diff("r1", "needs", country="SDN")
    text = diff.explain("SDN")
    assert text.startswith("SDN: ")
    assert " people in r1, " in text
    assert " in needs" in text
    assert "By cause: data: needs +" in text
    assert diff.explain("cell/sdn/SDN/other").startswith("sdn/SDN/other: ")
    with pytest.raises(InputError, match="no row 'XXX'"):
        diff.explain("XXX")
    same = db.diff("r1", "r1", country="SDN")
    assert same.explain("SDN") == "SDN: same from r1 to r1."
    with pytest.raises(InputError, match="country 'TCD'"):
        db.diff("r1", "needs", country="TCD")


def test_replay_gives_the_same_bits(db):
    found = db.replay("r1")
    assert (found.verdict, found.largest, len(found.differences)) == ("identical", 0.0, 0)
    assert found.versions.empty


def nudged(monkeypatch, factor: float) -> None:
    """Let the installed version answer a little differently."""

    def other(*args, **options) -> Estimates:
        answer = estimate(*args, **options)
        return replace(answer, draws=answer.draws * factor)

    monkeypatch.setattr(release_module, "estimate", other)


def test_replay_tells_rounding_from_a_difference(db, monkeypatch):
    nudged(monkeypatch, 1 + 1e-12)
    found = db.replay("r1")
    assert found.verdict == "equal within 1e-9"
    assert 0 < found.largest < 1e-9
    monkeypatch.undo()
    nudged(monkeypatch, 1 + 1e-6)
    found = db.replay("r1")
    assert found.verdict == "different"
    assert found.largest == pytest.approx(1e-6, rel=0.01)
    cells = found.differences.set_index(["id", "column"])
    old, new = cells.loc[("cell/sdn/SDN/other", "mean"), ["released", "replayed"]]
    assert new / old == pytest.approx(1 + 1e-6)


def test_replay_names_rows_and_versions_that_differ(db, monkeypatch, small_case, answer):
    def other(case, **options):
        made = estimate(case.restrict(["SDN"]), **options)
        versions = {**made.provenance.versions, "numpy": "0.1"}
        return replace(made, provenance=replace(made.provenance, versions=versions))

    monkeypatch.setattr(release_module, "estimate", other)
    found = db.replay("r1")
    assert found.verdict == "different"
    assert found.largest == math.inf
    gone = found.differences[found.differences["column"].eq("id")]
    assert "destination/KEN" in set(gone["released"])
    assert found.versions["component"].tolist() == ["numpy"]
    assert found.versions["installed"].tolist() == ["0.1"]
