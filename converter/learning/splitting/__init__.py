"""One column split into several output columns by a single program."""
