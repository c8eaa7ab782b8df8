"""The prompt: `gradcli` alone.

What shows it (`loop`, `reading`, `history`, `completion`) imports nothing but the standard library, so that it is
there at once. A worker forked from it imports the rest meanwhile, and calculates (`worker`, `evaluation`): what ends
the worker (a limit of time or memory, a crash, Ctrl-C in a library that does not listen) costs one line. The `session`,
which is what is kept from line to line, is text on both sides.
"""
