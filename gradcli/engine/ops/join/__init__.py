"""Joining and splitting tensors, and grids of them."""
