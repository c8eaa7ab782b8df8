"""Pictures of functions, drawn: in a terminal on a canvas of characters, in files and notebooks."""
