"""Random draws of a destination, from its plan and the seed."""
