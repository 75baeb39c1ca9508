"""What is proposed for one output column, by theme.

Each function looks at the column's cells and yields expressions with an extra cost.
Proposals are made from the cells backwards: what a cell shows says which function may have written it.
"""
