"""Estimates for readers: tables, figures, briefs, explanations, and the HTML report."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
