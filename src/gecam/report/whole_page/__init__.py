"""What the report opens with, and the page of all years."""
