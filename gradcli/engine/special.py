"""The namespace torch.special: the special functions that the engine has, by torch's second names for some."""

from __future__ import annotations

from typing import Final

from gradcli.engine.catalogue import accept_out
from gradcli.engine.left_out import missing_from
from gradcli.engine.ops.pointwise.elementary import exp2, expm1, log1p, round, sigmoid
from gradcli.engine.ops.pointwise.special import (
    digamma,
    entr,
    erf,
    erfc,
    erfinv,
    lgamma,
    logit,
    mvlgamma,
    polygamma,
    sinc,
    xlog1py,
    xlogy,
)
from gradcli.engine.ops.reduce.softmax import log_softmax, softmax
from gradcli.engine.ops.reduce.sums import logsumexp

expit = sigmoid
gammaln = lgamma
multigammaln = mvlgamma
psi = digamma


_OUT: Final = (
    "digamma entr erf erfc erfinv exp2 expit expm1 gammaln log1p logit logsumexp multigammaln polygamma psi round "
    "sinc xlog1py xlogy"
)
accept_out(globals(), "special_", _OUT.split())


__getattr__ = missing_from("torch.special")


__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "log1p",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
]
