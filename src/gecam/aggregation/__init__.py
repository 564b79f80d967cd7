"""Pure array functions: overlap of crises, composition, raking, sums of people times shares."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
