"""Exact arithmetic with error bounds: what tells a wrong derivative rule from rounding."""
