"""Notations: what the texts of a column can be read as, and how values are written again, in Python and in SQL alike."""
