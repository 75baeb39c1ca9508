"""Programming by example over whole tables: operators that reshape a grid, and the search that composes them."""
