"""What runs many of anything: sources, their decoding, workers that can be killed, a journal, outputs.

`sources` opens what is read, `lines` and `csv_rows` decode it, `runner` has work done in order behind any
`concurrent.futures.Executor` (`workers`, `here`, `dask`), `journal` keeps the records safe on their way into a file.
Nothing here knows what the work is: problems (`batch`) and answers (`homework`) are run, limited and resumed alike.
"""
