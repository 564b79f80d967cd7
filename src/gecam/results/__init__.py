"""What an answer looks like: estimates, breakdowns, the trace of how they were made."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
