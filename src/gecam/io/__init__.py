"""Publishers' files to model types, one module per publisher; users' own tables; checks."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
