"""How many migrants does each crisis affect? Estimates with intervals, from published data.

Everything public is reached from here: ``import gecam as gc``, then ``gc.Stock``. A name is
imported when it is first used, so that ``import gecam`` costs nothing.
"""

import lazy_loader as _lazy

from gecam._version import __version__ as __version__

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
