"""Row steps: filter, sort, group, window, unfold, each proposed because the alignment shows it."""
