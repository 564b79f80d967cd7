"""What the world is made of: stocks, populations, crises, footprints, assumptions, and the case."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
