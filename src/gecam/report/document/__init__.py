"""The one model of a document, and how it is written as text, Markdown and HTML."""
