"""Which inputs make an answer uncertain, and which figure to collect next."""
