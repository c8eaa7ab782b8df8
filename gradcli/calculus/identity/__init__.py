"""Identities proved by arithmetic: two expressions are polynomials in the same generators, and the same polynomial.

Sine and cosine are Laurent polynomials in cis(u) = exp(i u), so that every trigonometric identity of rational angles
is one of polynomials; hyperbolic functions are the same in exp(u); roots are fractional powers of generators;
logarithms of products are sums. What is proved holds wherever both sides are defined. What is not proved may still be
equal.
"""

from gradcli.calculus.identity.proof import Prover

__all__ = ["Prover"]
