"""How an answer is shown: text, notebooks, files, figures, and rows that are asked for by name."""
