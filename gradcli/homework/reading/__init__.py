"""From the text of an answer to the expressions that it may mean.

`answers` does it, with what stands around an answer (`surroundings`), where it holds (`conditions`), how others spell
it (`spellings`) and how they write lists (`vectors`); a `text` remembers where each of its characters was written.
"""
