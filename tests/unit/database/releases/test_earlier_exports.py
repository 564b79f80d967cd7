"""What readers can find out about suppressed figures, of one export and of several.

The reader here is written anew, over all cells at once, and knows only what was shown, the relations
between rows, the public stock, and that two releases rest on one survey.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from gecam.database import Database, published, published_answer
from gecam.database.releases import release as release_module
from gecam.database.releases.earlier_exports import earlier_exports, shares_table
from gecam.database.releases.release_rows import ReleaseNote, estimate_rows
from gecam.database.releases.selection import typed
from gecam.errors import DatabaseError, InputError
from gecam.estimation import estimate
from gecam.model import Source
from gecam.publish import Exported, Thresholds, disclose
from gecam.publish.relations import row_relations
from gecam.results import rounded_rows

SURVEY = Source("survey", "an office", "not published", sha256="5" * 64, is_public=False)
SCALES = {"PER": 1 / 300, "KEN": 1 / 200, "SDN": 1 / 1000}
SURVEYED = ("SDN-KEN-PER", "SDN-KEN", "KEN-PER", "SDN", "KEN")
TIMES_GROUPS = ("cell", "destination_group")


def with_survey(case, scales, source=SURVEY, public=()):
    """The invented case with fewer people in need; but for some countries, by a survey."""
    return replace(
        case,
        footprints=tuple(
            replace(f, people=f.people * scales.get(f.destination, 1.0),
                    source=f.source if f.destination not in scales or f.destination in public
                    else source)
            for f in case.footprints
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def answers(small_case):
    """Answers of some countries that rest on one survey, by name of their release."""
    case = with_survey(small_case, SCALES)
    return {name: estimate(case.restrict(name.split("-")), draws=50, seed=1) for name in SURVEYED}


@pytest.fixture(scope="module")
def surveyed(made, answers, tmp_path_factory):
    """A folder with a database of these answers and of one that is public; copied, never changed."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("surveyed"), dirs_exist_ok=True)
    for name, answer in answers.items():
        Database(folder / "estimates.gecam").release(answer, name=name, reason="x")
    return folder


@pytest.fixture
def db(surveyed, tmp_path):
    return Database(
        shutil.copytree(surveyed, tmp_path, dirs_exist_ok=True) / "estimates.gecam", create=False
    )


def origins_of(est, rows):
    """Shares of an origin by row of a place: what the public stock says."""
    at = {key: i for i, key in enumerate(rows["id"])}
    shares: dict[str, dict[int, float]] = {}
    for (place, group), composition in est.compositions.items():
        row = at.get(f"destination_group/{place}/{group}", -1)
        if row >= 0 and not np.isnan(rows["mean"][row]):
            for origin, share in zip(composition.origin, composition.share, strict=True):
                shares.setdefault(origin, {})[row] = share
    return {at[f"origin/{origin}"]: weights for origin, weights in shares.items()}


def found(*tables):
    """Width of the interval around each suppressed row: tables of (estimates, rows, shown)."""
    starts = np.cumsum([0, *(len(rows) for _, rows, _ in tables)])
    bounds, equations, twins = [], [], []
    for start, (est, rows, shown) in zip(starts, tables, strict=False):
        true, seen = rows["mean"].to_numpy(), shown["mean"].to_numpy()
        hidden = shown["status"].eq("suppressed").to_numpy()
        by_origin = rows["breakdown"].eq("origin").to_numpy() & ~rows["is_public"].to_numpy()
        half = rounded_rows(rows).step / 2
        # A mean is also no further than the ends that are shown, unless it is beyond its interval.
        ends = shown["lower"].to_numpy(), shown["upper"].to_numpy()
        least = np.where(ends[0] <= true, np.maximum(seen - half, ends[0]), seen - half)
        most = np.where(ends[1] >= true, np.minimum(seen + half, ends[1]), seen + half)
        for value, is_hidden, is_rounded, low, high in zip(
            true, hidden, by_origin, least, most, strict=True
        ):
            if np.isnan(value):
                bounds.append((0.0, 0.0))
            elif is_hidden:
                bounds.append((0.0, np.inf))
            elif is_rounded:
                bounds.append((low, high))
            else:  # as if it were exact
                bounds.append((value - 1e-7, value + 1e-7))
        sums = [(t, dict.fromkeys(p, 1.0)) for t, p in row_relations(rows)[0]]
        for total, parts in [*sums, *origins_of(est, rows).items()]:
            equations.append({start + total: 1.0} | {start + p: -w for p, w in parts.items()})
        lowest = ~rows["is_public"] & rows["breakdown"].isin(TIMES_GROUPS) & rows["mean"].notna()
        twins.append({rows["id"][i]: (start + i, true[i]) for i in np.flatnonzero(lowest)})
    for one, other in combinations(twins, 2):
        for key in one.keys() & other.keys():
            (i, value), (j, later) = one[key], other[key]
            equations.append({j: 1.0, i: -later / value})
    matrix = np.zeros((len(equations), starts[-1]))
    for row, equation in enumerate(equations):
        matrix[row, list(equation)] = list(equation.values())
    widths = {}
    for start, (_, rows, shown) in zip(starts, tables, strict=False):
        of = shown["status"].eq("suppressed") & ~rows["breakdown"].eq("origin")
        for i in np.flatnonzero(of):
            ends = []
            for sign in (1.0, -1.0):
                cost = np.zeros(starts[-1])
                cost[start + i] = sign
                answer = linprog(cost, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
                ends.append(sign * (answer.fun if answer.status == 0 else -np.inf))
            widths[start + i, rows["id"][i]] = ends[1] - ends[0]
    return widths


def without_noise(est, rows):
    """Rows with narrow intervals, so that few digits are rounded away, and origins exactly."""
    mean = rows["mean"].to_numpy().copy()
    for origin, weights in origins_of(est, rows).items():
        mean[origin] = sum(weight * mean[row] for row, weight in weights.items())
    there = rows["mean"].notna()
    return rows.assign(
        mean=mean, lower=mean * 0.96, upper=mean * 1.04,
        cv=np.where(there, 0.02, np.nan), mcse=np.where(there, 0.0, np.nan),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scales", "public"),
    [({"PER": 1 / 300, "KEN": 1 / 3000, "SDN": 1 / 3000}, ("KEN", "SDN")),
     pytest.param({"PER": 1 / 300, "KEN": 1 / 300, "SDN": 1 / 3000}, ("SDN",),
                  marks=pytest.mark.slow),
     ({"PER": 1 / 300, "KEN": 1 / 100, "SDN": 1 / 3000}, ())],
)  # fmt: skip
def test_a_public_stock_does_not_give_a_suppressed_place_away(db, small_case, scales, public):
    """Before, places were found within 2 to 30 people from the rows of origins."""
    est = estimate(with_survey(small_case, scales, public=public), draws=50, seed=1)
    db.release(est, name="private", reason="x")
    rows = without_noise(est, db.estimates("private"))
    shares = pd.DataFrame(
        [(*place, origin, share) for place, c in est.compositions.items()
         for origin, share in zip(c.origin, c.share, strict=True)],
        columns=["destination", "group", "origin", "share"],
    )  # fmt: skip
    widths = found((est, rows, disclose(rows, shares=shares).rows))
    assert len(widths) > 5
    assert min(widths.values()) >= 100
    # without the shares, no origin that rests on the survey is shown
    unknown = disclose(rows).rows
    assert unknown.loc[rows["breakdown"].eq("origin"), "mean"].isna().all()
    assert min(found((est, rows, unknown)).values()) >= 100
    # as it was shown before, with all rows of origins, it is found: the reader can read
    naive = disclose(rows[rows["breakdown"].ne("origin")]).rows
    origins = rows[rows["breakdown"].eq("origin")]
    shown = pd.concat([naive, origins]).set_index("id").loc[rows["id"]].reset_index()
    assert min(found((est, rows, shown)).values()) < 50


@pytest.mark.parametrize(
    "names",
    [("SDN-KEN-PER", "SDN-KEN"), ("KEN-PER", "SDN-KEN"),
     pytest.param(("SDN-KEN", "KEN-PER"), marks=pytest.mark.slow)],
)  # fmt: skip
def test_two_exports_together_do_not_give_a_suppressed_figure_away(db, answers, names):
    """Before, the second showed what the first had hidden: refugees in Kenya, to the person."""
    tables, alone = [], []
    for name in names:
        est, rows = answers[name], db.estimates(name)
        tables.append((est, rows, published(db[name]).rows))
        alone.append((est, rows, published_answer(est).rows))  # knows of no other
    assert min(found(*tables).values()) >= 100
    assert min(found(*alone).values()) < 1
    assert db.verify().entries == 1 + len(SURVEYED) + 2  # and two exports


def test_releases_that_share_no_unpublished_input_are_exported_each_by_itself(db, small_case):
    another = replace(SURVEY, sha256="6" * 64)
    more = {place: 1.1 * scale for place, scale in SCALES.items()}
    for name, countries, source, scales in (
        ("a", ["SDN", "KEN"], SURVEY, SCALES), ("b", ["KEN", "PER"], another, more)
    ):  # fmt: skip
        case = with_survey(small_case, scales, source)
        est = estimate(case.restrict(countries), draws=50, seed=1)
        db.release(est, name=name, reason="x")
        shown = published(db[name]).rows
        pd.testing.assert_series_equal(shown["status"], published_answer(est).rows["status"])


@pytest.mark.parametrize(
    "source", [replace(SURVEY, id="renamed"), replace(SURVEY, sha256="6" * 64)]
)
@pytest.mark.slow
def test_a_survey_is_known_again_by_its_file_or_by_its_figures(db, small_case, source):
    """The error of a figure follows the name of its source: under another, figures differ a little.

    Two figures of one survey may tell more than can be hidden; then the second export is refused.
    """
    tables, alone = [], []
    for name, countries, own in (("a", ["SDN", "KEN"], SURVEY), ("b", ["KEN", "PER"], source)):
        est = estimate(with_survey(small_case, SCALES, own).restrict(countries), draws=50, seed=1)
        db.release(est, name=name, reason="x")
        rows = db.estimates(name)
        alone.append((est, rows, published_answer(est).rows))
        try:
            tables.append((est, rows, published(db[name]).rows))
        except InputError as error:
            assert "what was exported of a, give it away" in str(error)  # noqa: PT017
    assert min(found(*alone).values()) < 50  # by itself, the second export would give a figure away
    assert min(found(*tables).values()) >= 100


def random_rows(est, rows, people, rng):
    """Rows of places, with given people; origins and totals follow. Their noise is random."""
    mean = np.array([people.get(key, 0.0) for key in rows["id"]])
    groups = rows["breakdown"].eq("destination_group")
    for i in np.flatnonzero(rows["breakdown"].eq("destination")):
        mean[i] = mean[groups & rows["iso3"].eq(rows["iso3"][i])].sum()
    for origin, weights in origins_of(est, rows).items():
        mean[origin] = sum(weight * mean[row] for row, weight in weights.items())
    n, cv = len(rows), 10 ** rng.uniform(-1.0, 0.3, len(rows))
    lower, upper = mean * (1 - rng.uniform(0.0, 0.9, n)), mean * (1 + rng.uniform(0.0, 2.0, n))
    return rows.assign(mean=mean, lower=lower, upper=upper, cv=cv, mcse=mean * cv / 7)


def random_exports(est, seed):
    """Tables of one export, or of two that rest on the same survey, where the second is not refused."""
    rows = typed(estimate_rows(est, ReleaseNote("r", "x")))
    is_used = rows["breakdown"].isin(["destination", "destination_group", "origin"])
    rows = rows[is_used & rows["mean"].notna()].reset_index(drop=True)
    shares, keys = shares_table(est.compositions), rows["id"][rows["breakdown"].eq(TIMES_GROUPS[1])]
    rng = np.random.default_rng(seed)
    people = dict(zip(keys, 10 ** rng.uniform(1.3, 4.0, len(keys)), strict=True))
    first = random_rows(est, rows, people, rng)
    shown = disclose(first, shares=shares).rows
    yield est, first, shown
    hidden = frozenset(first["id"][shown["status"].eq("suppressed")])
    ratios = {key: float(rng.uniform(0.9, 1.1)) for key in keys}
    second = random_rows(est, rows, {key: people[key] * ratios[key] for key in keys}, rng)
    earlier = Exported("first", first, shares, hidden, 100.0, ratios)
    try:
        yield est, second, disclose(second, shares=shares, earlier=[earlier]).rows
    except InputError as error:
        assert "what was exported of first" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    "seeds", [(0, 6, 42, 50), pytest.param(range(100), marks=pytest.mark.slow)]
)
def test_no_suppressed_figure_of_random_tables_is_found_from_one_export_or_two(small_case, seeds):
    """Rounded means of origins may be next to the edge of what is rounded to them.

    Where the audit took them to be known within a part of their unit on either side, whatever the
    edge, a reader came closer than 100 people in about one table of fifty: in those of the seeds 42
    (88.6 people) and 50 (98.7).
    """
    est = estimate(with_survey(small_case, dict.fromkeys(SCALES, 1 / 300)), draws=50, seed=1)
    exports = [list(random_exports(est, seed)) for seed in seeds]
    assert {len(tables) for tables in exports} == {1, 2}
    for tables in exports:
        assert min(found(*tables[:1]).values(), default=np.inf) >= 100
        assert min(found(*tables).values(), default=np.inf) >= 100


def rows_of_two(rows, people):
    """Rows of one group in some countries of Africa, and of their sum, which is public."""
    one = rows.set_index("id").loc["destination_group/SDN/other"].to_dict()
    mine = {"mean": 0.0, "lower": 0.0, "upper": 0.0, "is_public": False, "origin": ""}
    total = {"mean": sum(people.values())}
    made = [one | mine | {"id": "region/Africa", "breakdown": "region", "region": "Africa",
                          "is_public": True, "iso3": "", "group": ""} | total]  # fmt: skip
    for iso3, mean in people.items():
        place = one | mine | {"iso3": iso3, "mean": mean}
        made.append(place | {"id": f"destination/{iso3}", "breakdown": "destination", "group": ""})
        made.append(place | {"id": f"destination_group/{iso3}/other"})
    return pd.DataFrame(made)[["id", *rows.columns.drop("id")]]


def test_what_two_exports_tell_of_each_other_tells_of_a_third(small_case):
    """60 + 150, 150 + 300 and 60 + 300 give each of the three away: half of 210 - 450 + 360 is 60."""
    est = estimate(with_survey(small_case, SCALES), draws=50, seed=1)
    template = typed(estimate_rows(est, ReleaseNote("r", "x")))
    shares = shares_table({})
    a, b, c = (
        rows_of_two(template, people)
        for people in ({"KEN": 60, "SDN": 150}, {"SDN": 150, "ETH": 300}, {"KEN": 60, "ETH": 300})
    )

    def shown_after(rows, *earlier):
        out = disclose(rows, shares=shares, earlier=earlier).rows
        return out.set_index("id")["status"].eq("suppressed")

    def exported(name, rows, hidden, to_present, *before):
        ids = frozenset(hidden.index[hidden])
        return Exported(name, rows, shares, ids, 100.0, to_present, before)

    kenya, sudan, ethiopia = ({f"destination_group/{x}/other": 1.0} for x in ("KEN", "SDN", "ETH"))
    of_a = shown_after(a)
    of_b = shown_after(b, exported("a", a, of_a, sudan))
    first, second = exported("a", a, of_a, kenya), exported("b", b, of_b, ethiopia)
    assert shown_after(c, first, second)["destination/ETH"]  # as if the figures of Sudan were two
    with pytest.raises(InputError, match="what was exported of a, b, give it away"):
        shown_after(c, first, exported("b", b, of_b, ethiopia, sudan))


def test_figures_of_two_earlier_exports_are_tied_to_each_other(db):
    for name in ("SDN", "SDN-KEN"):
        published(db[name])
    rows, log = db.estimates("KEN"), db["KEN"].log()
    b, a = sorted(earlier_exports(db["KEN"], rows, log), key=lambda export: -len(export.ratios))
    assert (a.name, b.name) == ("SDN", "SDN-KEN")
    tied = {"destination_group/SDN/other", "cell/sdn/SDN/other"}
    assert tied <= {key for before in (*a.ratios_before, *b.ratios_before) for key in before}


def test_what_was_exported_once_is_exported_again_as_it_was(db):
    once = published(db["SDN-KEN-PER"])
    root = db.root
    again = published(db["SDN-KEN-PER"])
    pd.testing.assert_frame_equal(once.rows, again.rows)
    assert again.shown.has_secrets
    assert db.root == root  # noted once
    assert published(db["r1"]).shown.suppressed == 0  # public: nothing to note
    assert db.root == root


def test_a_figure_that_was_exported_cannot_be_suppressed_later(db):
    name = "SDN-KEN-PER"
    assert published(db[name], thresholds=Thresholds(national=20.0)).shown.suppressed > 0
    root = db.root
    with pytest.raises(
        InputError, match=rf"cannot be protected: public figures, or what was exported of {name}"
    ):
        published(db[name], thresholds=Thresholds(national=200.0))
    assert db.root == root


def test_what_follows_secrets_is_rounded_and_has_no_seed(db, small_case):
    """The second release holds no small figure; exact figures would be fingerprints of the survey."""
    case = with_survey(small_case, {"PER": 1 / 300, "KEN": 1.0})
    for name, countries in (("a", ["PER", "SDN"]), ("b", ["KEN", "SDN"])):
        est = estimate(case.restrict(countries), draws=50, seed=1)
        db.release(est, name=name, reason="x")
    exact = published_answer(est)
    assert not exact.shown.has_secrets
    assert published(db["a"]).shown.suppressed > 0
    later = published(db["b"])
    assert later.shown.has_secrets
    assert "seed" not in later.specification
    kenya = later.rows.set_index("id").loc["destination/KEN", "mean"]
    assert (
        kenya == float(f"{kenya:.3g}") != exact.rows.set_index("id").loc["destination/KEN", "mean"]
    )


def test_an_export_that_cannot_be_noted_is_refused(db, tmp_path, monkeypatch):
    def fail(*_):
        raise DatabaseError("no right to write.")

    monkeypatch.setattr(release_module, "write_export", fail)
    with pytest.raises(
        DatabaseError, match=r"'SDN' was not exported: what is suppressed must be noted.*no right"
    ):
        db.export("SDN", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    db.export("r1", tmp_path / "public")  # there is nothing to note


def test_two_exports_at_one_time_are_not_both_written(db):
    seen = db["KEN-PER"].log()
    published(db["SDN-KEN"])
    with pytest.raises(DatabaseError, match="another release was exported while 'KEN-PER' was"):
        db["KEN-PER"].note_export(seen, [], 100.0)


def test_packing_keeps_what_was_exported(db, tmp_path):
    published(db["SDN-KEN"])
    db.pack(tmp_path / "p")
    copy = Database.unpack(tmp_path / "p", tmp_path / "copy.gecam")
    pd.testing.assert_frame_equal(published(copy["KEN-PER"]).rows, published(db["KEN-PER"]).rows)
