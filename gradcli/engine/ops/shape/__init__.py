"""Shapes: views, copies, rearrangements, diagonals."""
