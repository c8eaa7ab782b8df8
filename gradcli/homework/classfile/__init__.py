"""A class's file as platforms and spreadsheets write it: from bytes to which cell is whose answer to which question.

`tables` and `sheets` make rows of bytes, `platforms` knows shapes by their headings, `matching` finds the key's
questions in them, `cells` takes what a platform wraps around an answer away, `attempts` chooses among several, and
`rows` puts it together.
"""
