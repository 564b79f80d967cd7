"""Questions about estimates: how good, how often right, what drives them, what to measure next."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
