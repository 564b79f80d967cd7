"""Readers of publishers' files and of users' own tables, and a check of any file."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
