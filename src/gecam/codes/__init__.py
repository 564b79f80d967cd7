"""What places and groups of people are called: ISO3, M49, names, regions, income groups."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
