"""Checks of the code itself: what imports what, and what must stay small."""
