"""A minimum as rows of text and as the documented JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from gradcli.calculus.minimize.search import Reason
from gradcli.calculus.results import Array, Check, Verdict
from gradcli.minimum import Minimum, Moment
from gradcli.render.numbers import array_text, counted, exact_array_text, number_text, plain, plain_array
from gradcli.render.objects import SCHEMA
from gradcli.render.text import Style, TableRow

MOST_EIGENVALUES: Final = 8


def rows(found: Minimum, digits: int | None, width: int) -> list[TableRow]:
    """The point, the value with what it is and how it was found, the gradient, and what is certified."""
    style = Style.GOOD if found.is_found else Style.DOUBTFUL
    return [
        *_arrays("at", found.at, digits, width, " = ", Style.DERIVATIVE),
        TableRow("f", number_text(found.value, digits), f"{_kind(found)}, {_effort(found)}", Style.VALUE),
        *_slopes(found, digits, width),
        *_curvature(found, digits),
        TableRow("check", _verdict(found), style=style),
    ]


def _arrays(
    label: str, arrays: Mapping[str, Array], digits: int | None, width: int, sign: str, style: Style
) -> Iterator[TableRow]:
    """Numbers on one line as long as there is room, tensors each in a row of its own."""
    numbers = [f"{name}{sign}{array_text(array, digits)}" for name, array in arrays.items() if array.ndim == 0]
    line = ""
    for number in numbers:
        if line and len(line) + 2 + len(number) > width:
            yield TableRow(label, line, style=style)
            label, line = "", number
        else:
            line = f"{line}  {number}" if line else number
    if line:
        yield TableRow(label, line, style=style)
        label = ""
    for name, array in arrays.items():
        if array.ndim:
            head = f"{name}{sign}"
            text = array_text(array, digits, max(20, width - len(head)))
            yield TableRow(label, head + text.replace("\n", "\n" + " " * len(head)), style=style)
            label = ""


def _slopes(found: Minimum, digits: int | None, width: int) -> Iterator[TableRow]:
    if found.sides is None:
        yield from _arrays("grad", _shortened(found.grad, digits), digits, width, ": ", Style.DERIVATIVE)
        return
    below, above = found.sides
    for label, arrays in (("below", below), ("above", above)):
        yield from _arrays(label, arrays, digits, width, ": ", Style.DERIVATIVE)


def _shortened(arrays: Mapping[str, Array], digits: int | None) -> Mapping[str, Array]:
    """What is left of a gradient where there is none says how near the point is: a few digits of it do."""
    shorter = {name: np.array([float(f"{each:.3g}") for each in np.ravel(array)]) for name, array in arrays.items()}
    return arrays if digits else {name: each.reshape(arrays[name].shape) for name, each in shorter.items()}


def _curvature(found: Minimum, digits: int | None) -> Iterator[TableRow]:
    values = found.eigenvalues
    if not values:
        return
    shown = [number_text(each, digits) for each in values[:MOST_EIGENVALUES]]
    if len(values) > MOST_EIGENVALUES:
        shown[-2:] = ["...", number_text(values[-1], digits)]
    what = "f''" if len(values) == 1 else "eigenvalues of the Hessian"
    yield TableRow("curve", ", ".join(shown), what)


def _kind(found: Minimum) -> str:
    sought = "maximum" if found.plan.maximize else "minimum"
    if found.kind is None:
        return f"no {sought}" if found.reason in _NONE else f"{sought} not reached"
    if found.kind == "kink":
        return f"{sought} at a kink"
    if found.kind == "edge":
        return "at the edge of the domain"
    if found.kind == "degenerate":
        return f"{sought}, with a flat direction"
    return f"{found.kind} at a bound" if found.held else found.kind


_NONE: Final = (Reason.FALLING, Reason.UNBOUNDED, Reason.POLE)


def _effort(found: Minimum) -> str:
    return f"{counted(found.steps, 'step')}, {counted(found.evaluations, 'evaluation')}"


def _verdict(found: Minimum) -> str:
    """What is certain of the end, and else why it is not what was sought."""
    check = found.check
    told = "" if found.reason is Reason.CONVERGED else reason_text(found)
    if found.reason in (Reason.CONVERGED, Reason.BOUND, Reason.FLAT):
        told = "; ".join(each for each in (told, _certainty(found, check)) if each)
    return told


def _certainty(found: Minimum, check: Check | None) -> str:
    if check is None:
        return "converged" if found.reason is Reason.CONVERGED else ""
    if check.verdict in (Verdict.AGREES, Verdict.CORRECTED):
        if found.is_certified:
            signs = "sign" if len(found.eigenvalues) == 1 else "signs"
            return f"value, gradient and the {signs} of the curvature are certified"
        return "value and gradient are certified"
    return f"{'DIFFERS' if check.verdict is Verdict.DIFFERS else check.verdict.value}: {check.reason}"


def reason_text(found: Minimum) -> str:
    """Why the search ended, in a sentence."""
    maximize = found.plan.maximize
    sought, falls, low = ("maximum", "rises", "highest") if maximize else ("minimum", "falls", "lowest")
    if found.reason is Reason.FALLING:
        return f"there is no {sought}: it {falls} on towards {number_text(found.value, 4)} as {_whither(found)}"
    if found.reason is Reason.AWAY:
        text = f"the steps lead ever farther off, to {_whither(found)}, where it {falls} more and more slowly"
        return f"{text}: there may be no {sought} this way"
    if found.reason is Reason.UNBOUNDED:
        return f"there is no {sought}: it {falls} without bound as {_whither(found)}"
    if found.reason is Reason.BOUND:
        held = ", ".join(_held(found))
        return f"{held} at a bound, beyond which it {falls} on"
    if found.reason is Reason.DIVERGED:
        return f"diverged: the steps are too long; try {_smaller(found)}"
    texts = {
        Reason.CONVERGED: "the gradient is zero to the last digits",
        Reason.FLAT: f"flat, as far as floats tell: the {sought} is elsewhere, or there is none",
        Reason.KINK: "the slopes on the two sides have opposite signs: a kink",
        Reason.EDGE: f"it {falls} towards the edge of its domain, and the gradient there is not zero",
        Reason.POLE: f"there is no {sought}: it {falls} without bound towards a pole",
        Reason.JUMPS: f"the gradient is zero here, and {'higher' if maximize else 'lower'} values are beyond jumps",
        Reason.LIMIT: f"stopped early at the {low} point so far; a larger --steps or --timeout goes on",
        Reason.STALLED: "no better point was found nearby, and the gradient is not zero",
    }
    return texts[found.reason]


def _smaller(found: Minimum) -> str:
    from gradcli.minimum import RATES

    rate = found.plan.lr or RATES[found.method.value]
    return f"--lr {rate / 10:g}"


def _whither(found: Minimum) -> str:
    """Where the entry goes that goes farthest."""
    size, text = 0.0, ""
    for name, array in found.at.items():
        for place, value in np.ndenumerate(np.asarray(array, np.float64)):
            if abs(value) > size:
                index = f"[{', '.join(map(str, place))}]" if place else ""
                size, text = abs(value), f"{name}{index} -> {'-' if value < 0 else ''}inf"
    return text


def _held(found: Minimum) -> Iterator[str]:
    for name, array in found.held.items():
        for place in zip(*np.nonzero(np.atleast_1d(array)), strict=True):
            yield f"{name}[{', '.join(map(str, place))}]" if np.ndim(array) else name


def quiet_lines(found: Minimum, digits: int | None) -> list[str]:
    """The point alone: `x=3`, as the command takes it again."""
    return [f"{name}={exact_array_text(array, digits)}" for name, array in found.at.items()]


def minimum_object(found: Minimum) -> dict[str, Any]:
    """The minimum as a JSON object."""
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "expr": found.reading,
        "method": found.method.value,
        "at": {name: plain_array(array) for name, array in found.at.items()},
        "value": plain(found.value),
        "grad": {name: plain_array(array) for name, array in found.grad.items()},
        "steps": found.steps,
        "evaluations": found.evaluations,
        "hessians": found.hessians,
        "reason": found.reason.value,
        "found": found.is_found,
    }
    if found.plan.maximize:
        made["maximize"] = True
    if found.kind is not None:
        made["kind"] = found.kind
    if found.eigenvalues:
        made["eigenvalues"] = [plain(each) for each in found.eigenvalues]
        made["certified_signs"] = found.is_certified
    if found.held:
        made["at_bound"] = list(_held(found))
    if found.sides is not None:
        below, above = found.sides
        made["sides"] = {name: {"below": plain_array(below[name]), "above": plain_array(above[name])} for name in below}
    if found.check is not None:
        from gradcli.render.objects import check_object

        made["check"] = check_object(found.check)
    made["message"] = reason_text(found)
    made["warnings"] = [note.message for note in found.notes]
    return made


def moment_object(moment: Moment) -> dict[str, Any]:
    """A step as a JSON object, one line of a history."""
    return {
        "step": moment.step,
        "value": plain(moment.value),
        "slope": plain(moment.slope),
        "at": {name: plain_array(array) for name, array in moment.at.items()},
    }


def moment_columns(moment: Moment) -> list[str]:
    """The names of a history's columns: step, value, slope, and each entry of the point."""
    entries = [
        f"{name}[{','.join(map(str, place))}]" if place else name
        for name, array in moment.at.items()
        for place in np.ndindex(*array.shape)
    ]
    return ["step", "value", "slope", *entries]


def moment_row(moment: Moment) -> list[str]:
    """A step as a row of those columns; numbers are read back exactly."""
    entries = [float(each) for array in moment.at.values() for each in np.ravel(array)]
    return [str(moment.step), *(repr(each) for each in (moment.value, moment.slope, *entries))]
