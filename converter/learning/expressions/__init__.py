"""Functions by theme. Adding one is one declaration: what it computes, its SQL, its cost; and a line where it is proposed."""
