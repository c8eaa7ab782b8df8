"""How large a program's entries may become before a reading says that it has no form."""

MAX_CREATED = 100_000
"""Entries of a tensor that the program makes."""
MAX_PRODUCTS = 100_000
"""Factors in the sums of one Einstein summation."""
MAX_TIES = 64
"""Entries whose largest is still a formula: each is compared with each."""
MAX_DETERMINANT = 4
"""Rows of a matrix whose determinant and inverse are expanded into minors."""
