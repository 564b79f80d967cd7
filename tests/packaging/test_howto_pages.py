"""How-to pages of files: commands and Python run, on small files in publishers' layouts."""

from __future__ import annotations

import gzip
import re
import shlex
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gecam as gc
from gecam.cli.main import app
from gecam.errors import CoverageWarning

HOWTO = Path(__file__).resolve().parents[2] / "docs" / "howto"
HNO = "Country ISO3,Admin 1 PCode,Admin 1 Name,Cluster,Category,Population,In Need,Targeted\n"
COUNTRY = "Admin 1 PCode,Description,Cluster,Category,Population,In Need,Targeted\n"
IPC = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number\n"
FILES = {
    "hpc_hno_2025.csv.gz": HNO
    + "SDN,,,ALL,,50000000,30000000,\n"
    + "SDN,SD01,Khartoum,ALL,total,10000000,9000000,\n"
    + "SDN,SD02,North Darfur,ALL,total,40000000,21000000,\n"
    + "SDN,,,ALL,Refugees,850000,800000,\n"
    + "MMR,,,ALL,,57000000,1957173,\nMMR,,,ALL,total,57000000,19902649,\n"
    + "MMR,MMR001,Kachin,ALL,total,,9902649,\nMMR,MMR002,Kayah,ALL,total,,10000000,\n",
    "unhcr.csv": "year,coo_iso,coa_iso,refugees,asylum_seekers,oip\n"
    "2024,ERI,SDN,800000,50000,0\n2025,ERI,SDN,800000,50000,0\n2025,CHN,MMR,10,0,\n",
    "inform_severity_202506.csv": "CRISIS ID,CRISIS,ISO3,affected,pin_level_3,pin_level_4,"
    "pin_level_5,year,month\nETH001,Multiple crises,ETH,99000,800000,100000,0,2025,6\n",
    "ipc_global_national_long.csv": IPC
    + "".join(
        f"Apr 2025,AFG,43000000,current,2025-04-01,2025-09-30,{phase},{people}\n"
        for phase, people in {"all": 43_000_000, "3+": 17_000_000, "4": 3_000_000, "5": 0}.items()
    ),
    "gho2022_plans.csv": "Interagency Response Plans,ISO alpha-3 codes,Plan type,In Need\n"
    "Sudan,SDN,Humanitarian response plan,14300000\nSyria (3RP),,Regional response plan,20000000\n",
    "hdx_hapi_humanitarian_needs_global_2025.csv": "location_code,admin1_code,admin2_code,"
    "admin_level,sector_code,sector_name,category,population_status,population,"
    "reference_period_start,reference_period_end\n"
    "SDN,,,0,Intersectoral,Intersectoral,,INN,30440770,2025-01-01,2025-12-31\n",
    "dtm_migrants.csv": "Country Code,ADM1_PCODE,Migrant Indiv,Date Reported\n"
    "SDN,SD01,300000,2024-05-31\nSDN,SD02,100000,2024-05-31\n",
    "cod_population_admin1.csv": "ADM1_EN,ADM1_PCODE,year,T_TL\n"
    "Khartoum,SD01,2024,9500000\nNorth Darfur,SD02,2024,40500000\n",
    "census.csv": "country,area,as_of,migrants\nSDN,Khartoum,2024-07-01,300000\n"
    "SDN,North Darfur,2024-07-01,100000\n",
    "afg_hpc_needs_api_2025.csv": COUNTRY + ",Final,ALL,,46024352,22887726,16790412\n",
    "afg_admpop_adm1_2021.csv": "Admin1_Name,Admin1_Code,T_TL\nBadakhshan,AF17,1357036\n",
    "ipc_afg_national_long.csv": "analysis_date,country_iso3,population,projection,period_start,"
    "period_end,phase,number_affected\n"
    "Mar 2022,AFG,41727303,current,2022-03-01,2022-05-01,all,41727303\n"
    "Mar 2022,AFG,41727303,current,2022-03-01,2022-05-01,P3+,19650163\n",
    "residents_cp1252.csv": "place,as_of,people\nAFG,2025-07-01,43000000\n"
    "Côte d'Ivoire,2025-07-01,31000000\n",
}
PAGES = [
    "from-a-publishers-file.md", "people-in-need-of-others.md", "migrants-by-area.md",
    "files-of-one-country.md",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        data = text.encode("cp1252" if "cp1252" in name else "utf-8")
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_says_runs(name):
    text = (HOWTO / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)
    commands = [
        line for kind, block in blocks if kind == "text" for line in block.splitlines()
        if line.startswith("gecam ")
    ]  # fmt: skip
    assert commands
    printed = ""
    for command in commands:
        draws = ["--draws", "100"] if " estimate " in command else []
        result = CliRunner().invoke(app, [*shlex.split(command)[1:], *draws])
        assert result.exit_code == 0, f"{command}\n{result.output}"
        printed += result.output
    told = re.findall("^other stock: .*$", text, re.MULTILINE)  # of 1,000 draws, whatever --draws
    assert all(line in printed for line in told), told
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CoverageWarning)
        for kind, block in blocks:
            if kind == "python":
                exec(block, {"gc": gc})  # the page's own code


@pytest.mark.usefixtures("folder")
def test_every_local_file_stands_in_the_case_with_its_hash():
    files = ["hpc_hno_2025.csv.gz", "unhcr.csv", "dtm_migrants.csv", "cod_population_admin1.csv"]
    case = gc.read_case(files, accept={"MMR": "areas"})
    told = {source.file: source.sha256 for source in case.sources}
    assert set(files) <= set(told)
    assert all(told[file] for file in files)
