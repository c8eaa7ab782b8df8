"""Elementwise operations, a module for each kind."""
