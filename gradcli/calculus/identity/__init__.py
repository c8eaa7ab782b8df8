"""Identities proved by arithmetic: two expressions are the same ratio of polynomials in the same generators.

Sine and cosine of an angle are two generators, the square of one is 1 less that of the other, and those of sums and
multiples of angles are polynomials in them; hyperbolic functions are ratios in exp(u); roots are fractional powers of
generators; logarithms of products are sums. What is proved holds wherever both sides are defined. What is not proved
may still be equal. Where generators are numbers, balls tell their signs, and so where an expression is defined.
"""

from gradcli.calculus.identity.proof import Prover, is_zero

__all__ = ["Prover", "is_zero"]
