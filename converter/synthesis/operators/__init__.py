"""Text operators, one module a theme; `operator.all_operators` finds them."""
