"""Words of needs overviews for sectors: OCHA's codes, and names in four languages."""

from __future__ import annotations

from functools import cache

from gecam.codes.names import fold

# One line per sector: OCHA's code, then its names in English, French, Spanish and Portuguese.
_WORDS = """
intersectoral | all, intersectoral, intersector, intersectoriel, multisectorial, intersetorial
AGR | agriculture, agricultura
CCM | camp coordination and camp management, cccm, coordinacion y gestion de campamentos
CCM | coordination et gestion des camps, coordenacao e gestao de campos
CSS | coordination and common services, coordination and support services, coordination
EDU | education, educacion, educacao
ERY | early recovery, relevement precoce, recuperacion temprana
FSC | food security, food security and livelihoods, securite alimentaire, seguridad alimentaria
FSC | seguranca alimentar
HEA | health, sante, salud, saude
LOG | logistics, logistique, logistica
MPC | multi purpose cash, multipurpose cash, transferts monetaires a usages multiples
MS | multi sector, multisector, multisecteur, refugee response, refugees and migrants
NUT | nutrition, nutricion, nutricao
PRO | protection, proteccion, protecao
PRO-CPN | pro cpm, child protection, protection de l enfance, protection de lenfance
PRO-CPN | proteccion de la ninez, protecao da crianca
PRO-GBV | gender based violence, violences basees sur le genre, violencia basada en genero
PRO-GBV | violencia de genero, violencia baseada no genero
PRO-HLP | housing land and property, logement terre et propriete, vivienda tierra y propiedad
PRO-MIN | mine action, lutte antimines, accion contra minas, acao contra minas
SHL | shelter, shelter and nfi, shelter and non food items, abris, alojamiento, alojamientos, abrigo
TEL | emergency telecommunications, telecommunications d urgence, telecomunicaciones
WSH | water sanitation and hygiene, wash, eau hygiene et assainissement, eha
WSH | agua saneamiento e higiene, agua saneamento e higiene
"""


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for line in _WORDS.strip().splitlines():
        code, words = line.split(" | ")
        names |= dict.fromkeys((fold(code), *words.split(", ")), code)
    return names


def sector_name(word: str) -> str:
    """Return our name of a sector: OCHA's code, with ``intersectoral`` for ALL.

    Parameters
    ----------
    word
        A code or a name in English, French, Spanish or Portuguese; case and accents do not matter. A
        blank is ``unknown``; what is not in the table stays as it is written.

    Returns
    -------
    str
        The code.

    Examples
    --------
    >>> from gecam.codes import sector_name
    >>> sector_name("ALL"), sector_name("PRO_GBV"), sector_name("")
    ('intersectoral', 'PRO-GBV', 'unknown')
    >>> sector_name("Sécurité alimentaire")
    'FSC'
    """
    return _names().get(fold(word), word) if word else "unknown"


def is_sector(word: str) -> bool:
    """Return whether a word is blank, or a code or name that `sector_name` reads.

    Parameters
    ----------
    word
        A code or a name.

    Returns
    -------
    bool
        Whether it is.
    """
    return not word or fold(word) in _names()
