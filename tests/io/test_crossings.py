import math

import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import read_crossings


def test_what_nobody_counts_stays_missing():
    table = read_crossings(
        b'route,arrivals,interceptions,log_sd\nSea,"181,436",,0.1\nDesert,10,5,\n',
        keys=["route"],
    )
    assert table["arrivals"].tolist() == [181_436, 10]
    assert math.isnan(table["interceptions"][0])
    assert table["returns"].isna().all()
    assert table["log_sd"].tolist() == [0.1, 0]


def test_a_row_must_not_occur_twice():
    with pytest.raises(InputError, match="row 3, column 'route': the row occurs twice"):
        read_crossings(b"route,arrivals\nSea,1\nSea,2\n", keys=["route"])


def test_columns_must_be_there():
    with pytest.raises(LayoutError, match=r"lacks the columns \['year'\]"):
        read_crossings(b"route,arrivals\nSea,1\n", keys=["route", "year"])


def test_words_are_not_numbers():
    with pytest.raises(InputError, match="not a number: 'many'"):
        read_crossings(b"route,arrivals\nSea,many\n", keys=["route"])
