"""Linear algebra: products, equations, factorizations, norms."""
