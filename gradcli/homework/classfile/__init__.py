"""A class's file as platforms and spreadsheets write it: from bytes to which cell is whose answer to which question.

`tables` makes rows of bytes, `numbas` of a dump, `platforms` knows shapes by their headings, `columns` finds the key's
questions in them (`plan`), `cells` takes what a platform wraps around an answer away, `attempts` chooses among several,
and `rows` puts it together, as `jsonl` does for JSON Lines. What they find is in the `roster`."""
