"""The cross-check: the engine's derivatives against those of a second witness that never saw the engine's graph.

SymPy differentiates the same tree, and its formulas are computed to 20 digits and more (`symbolic.comparison`). Where
SymPy has no form, finite differences of the program's value take its place (`numeric`). A quick check lets SymPy
differentiate every operation by itself first (`symbolic.chain`), and the whole formula only where that does not settle
it: what is right is found right in a hundredth of the time, and what is not is judged as ever.

`differs` is only said where nothing but a wrong derivative explains the numbers. Kinks, jumps, the edges of domains,
numbers near the limits of the floats and cancellation give `undecided`, with the reason.
"""

from __future__ import annotations

import numpy as np

from gradcli.calculus.numeric import EvaluateValue, check_numerically
from gradcli.calculus.results import Check, Evaluation, Method, Values, Verdict

__all__ = ["EvaluateValue", "Values", "check"]


def check(
    evaluation: Evaluation,
    evaluate_value: EvaluateValue | None = None,
    values: Values | None = None,
    *,
    quick: bool = False,
) -> Check:
    """Compare `evaluation.derivatives` with the second witness.

    `evaluate_value` gives the program's value at another point, in the dtype of the point; without it nothing takes the
    place of a formula that SymPy does not have, and the check is skipped. `values` gives the engine's value of a
    sub-expression, to name what sits on a kink; without it the second witness's own values do. `quick` asks the chain
    rule first.
    """
    of = sum(np.asarray(array).size for array in evaluation.derivatives.values())
    if of == 0:
        return Check(Verdict.SKIPPED, reason="there is no derivative to check")
    # SymPy takes a quarter of a second to import: only a check pays for it.
    from gradcli.calculus.symbolic.comparison import compare
    from gradcli.calculus.symbolic.limits import NoSymbolicForm

    if quick:
        from gradcli.calculus.symbolic.chain import agreement

        settled = agreement(evaluation)
        if settled is not None:
            return settled
    try:
        return compare(evaluation, values)
    except NoSymbolicForm as absent:
        reason = absent.reason
    if evaluate_value is None:
        return Check(Verdict.SKIPPED, of=of, reason=reason)
    try:
        return check_numerically(evaluation, evaluate_value)
    except Exception as error:  # the program may fail in any way at another point
        return Check(Verdict.UNDECIDED, Method.NUMERIC, 0, of, reason=f"not defined nearby: {error}")
