"""What the right answer is, at points.

`points` and `curves` draw them where a question is defined (`domains`), `evaluation` has floats there; `reference` is
the right answer to a question about a formula, `point` to one about a number or a tensor.
"""
