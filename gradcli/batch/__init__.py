"""Many problems: readers, a runner over Executors, workers that can be killed, a journal, writers.

`readers` make Tasks of streams of bytes, `work` solves some of them, `runner` has that done in order behind any
`concurrent.futures.Executor`, `writers` make records of what came out, `journal` keeps the records safe on their way
into a file. `runner`, `workers` and `journal` know nothing of expressions: whatever else comes in great numbers may be
run, limited and resumed by them.
"""
