"""The operations on Tensors, each declared with its derivative, in rooms that are named as in torch's documentation.

At the top is what all of them are declared with (declare, rules, dimensions, signatures), what Python's operators are
(operators), and what writes to tensors or asks what they are (inplace, assign, randomize, out, convert, attributes).
"""
