"""Learning a converter from an example: values, expressions, a bank, decisions, row steps, ranking, SQL."""
