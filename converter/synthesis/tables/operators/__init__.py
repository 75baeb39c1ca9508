"""The operators, one noun a module; `operator.all_operators` finds them here."""
