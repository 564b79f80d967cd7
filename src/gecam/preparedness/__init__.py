"""Planning for crises: hazards, frequency of events, inclusion in plans, languages, budgets."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
