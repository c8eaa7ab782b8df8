"""Runs a trusted notebook on the engine in torch's place and compares what it prints with what was recorded.

This room executes code that a user's file holds, and is the only one that does: the cells run in a process of their
own (`child`), where `import torch` gives the engine. Nothing is confined: what is replayed has to be trusted.

`notebook` reads files into cells, `runner` runs them in the child, `compare` holds two texts against each other, and
`judge` gives each cell its verdict.
"""
