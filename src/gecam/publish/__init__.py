"""What may be published, and in which form: rounding, disclosure control, checklists, safe cells."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
