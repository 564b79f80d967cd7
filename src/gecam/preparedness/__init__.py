"""Before and during a crisis: scenarios, how often, whom to include, languages, cost."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
