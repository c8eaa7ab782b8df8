"""Indexing: brackets, index tensors, masks."""
