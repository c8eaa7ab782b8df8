"""Minima of a program: searched with the engine's gradients, and the point found looked at."""
