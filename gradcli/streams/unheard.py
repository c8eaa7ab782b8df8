"""Imported by worker processes, and by the server that they are forked from, before anything else: from then on they
have nothing to say on standard error.

What ends a worker is told as a result, and one that is ended while it starts would print the traceback of that.
"""

import os

_nowhere = os.open(os.devnull, os.O_WRONLY)
os.dup2(_nowhere, 2)
if _nowhere != 2:
    os.close(_nowhere)
