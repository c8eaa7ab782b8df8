"""Many problems: `readers` make Tasks of streams of bytes, `work` solves some of them, `writers` make records of what
came out. How they are run, limited and resumed is the business of `streams`.
"""
