"""What is computed for a destination before any random number is drawn."""
