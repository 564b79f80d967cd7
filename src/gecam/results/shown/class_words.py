"""Words of measures, and of classes that people are divided into: sexes, ages, phases of severity."""

from __future__ import annotations

from collections.abc import Mapping

MEASURE_WORDS: Mapping[str, str] = {
    "exposed": "exposed to crises",
    "affected": "affected by crises",
    "in_need": "in need",
    "severe": "in severe need (phases 4 and 5)",
}
SEX_WORDS: Mapping[str, str] = {
    "female": "women and girls",
    "male": "men and boys",
    "total": "sex not published",
}
AGE_WORDS: Mapping[str, str] = {
    "0-17": "children (under 18)",
    "18-59": "adults (18 to 59)",
    "60+": "older people (60 and over)",
    "total": "age not published",
}
PHASE_WORDS: Mapping[str, str] = {
    "3": "in phase 3",
    "4": "in phase 4 (severe need)",
    "5": "in phase 5 (severe need)",
    "3 or worse": "phase not published",
}
# By attribute of people.
CLASS_WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": SEX_WORDS, "age": AGE_WORDS, "phase": PHASE_WORDS,
}  # fmt: skip
