"""Holding an answer against the right one: `formulas` at sample points, `numbers` at the question's own."""
