"""Reductions and scans: sums, moments, order, the softmax."""
