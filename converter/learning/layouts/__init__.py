"""Layouts: tables without a heading whose rows and columns stand in another way; a search over grids of cells."""
