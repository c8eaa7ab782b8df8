"""What can be done with a tree: evaluate it on the engine, read it in SymPy, compare the two."""
