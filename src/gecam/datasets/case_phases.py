"""People in need of a case by phase of severity, from files of a publisher."""

from __future__ import annotations

from gecam._signature import checked
from gecam.errors import InputError
from gecam.io import File, read_file
from gecam.model import Case, CountryPhases, PhaseTable, SeverityTable, phases_of_tables


@checked
def read_phases(case: Case, *files: File) -> tuple[CountryPhases, ...]:
    r"""Read the phases of a case's people in need, so that severe need is a part of them in every draw.

    Parameters
    ----------
    case
        Whose people in need are to be divided by phase, such as that of `gecam.read_case`.
    *files
        Files with people by phase: IPC's, or of the INFORM Severity Index; the file of people in need
        itself, where it has them. Of a country the first file holds.

    Returns
    -------
    tuple of CountryPhases
        For `gecam.by_severity`, as `gecam.model.phases_of_case` chooses them.

    Raises
    ------
    InputError
        If no file is given, or one holds no people by phase.

    Examples
    --------
    >>> case = gc.load_edition("2022").restrict(["TCD"])
    >>> text = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number"
    >>> numbers = {"1": 9e6, "2": 4e6, "3": 3e6, "4": 1e6, "5": 0, "3+": 4e6, "all": 17e6}
    >>> for phase, people in numbers.items():
    ...     text += f"\nMar 2022,TCD,17000000,current,2022-06-01,2022-08-31,{phase},{people:.0f}"
    >>> (phases,) = gc.read_phases(case, text.encode())
    >>> phases.destination, phases.severe_share
    ('TCD', 0.25)
    """
    if not files:
        raise InputError("read_phases needs a file with people by phase: got none")
    tables = [read_file(file).value for file in files]
    for table in tables:
        if not isinstance(table, (PhaseTable, SeverityTable)):
            raise InputError(
                f"a file holds no people by phase, but a {type(table).__name__}: give IPC's, or that "
                "of the INFORM Severity Index"
            )
    return phases_of_tables(case, tables)
