"""gradcheck and gradgradcheck: gradients against central differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradcli.engine import dtypes
from gradcli.engine.gradients import grad
from gradcli.engine.left_out import unsupported
from gradcli.engine.tensor import Tensor, wrap

Matrix = NDArray[Any]

_NOT_REENTRANT: Final = (
    "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives different "
    "values, although analytical gradient matches numerical gradient.The tolerance for nondeterminism was {}."
)
_NONDETERMINISM: Final = """

\nNOTE: If your op relies on non-deterministic operations i.e., it is listed here:
https://pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html
this failure might be expected."""
_UNDEFINED: Final = (
    "Expected all input grads to be undefined or zero when all output grads are undefined or zero. Please look at "
    '"Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
)
_UNDEFINED_FAILED: Final = (
    'Expected backward function to handle undefined output grads. Please look at "Notes about undefined output '
    'gradients" in "tools/autograd/derivatives.yaml"'
)


class GradcheckError(RuntimeError):
    """A gradient that is not what differences say it is."""


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _tracked(values: Iterable[Any]) -> list[Tensor]:
    return [each for each in values if isinstance(each, Tensor) and each._requires_grad]


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Whether gradients agree with central differences (torch.autograd.gradcheck).

    `inputs` of `func` are float64 tensors that require grad. `fast_mode` is accepted and checks every entry.
    Raises GradcheckError where they disagree, unless `raise_exception` is off;
    ValueError where no input requires grad.
    """
    if not (check_forward_ad or check_backward_ad):
        raise AssertionError("Expected at least one of check_forward_ad or check_backward_ad to be True")
    if check_forward_ad or check_batched_grad or check_batched_forward_grad:
        raise unsupported("gradcheck of forward-mode AD and vmap", "it differentiates backward alone")
    try:
        return _check(func, _as_tuple(inputs), eps, atol, rtol, nondet_tol, check_undefined_grad, check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """Whether the second derivatives of `func` agree with differences of its gradients (torch.autograd.gradgradcheck).

    `grad_outputs` are the vectors that the gradients are taken with, by default random. Raises as gradcheck does.
    """
    primals = _as_tuple(inputs)
    if grad_outputs is None:
        cotangents = tuple(_random_like(each) for each in _tracked(_as_tuple(func(*primals))))
    else:
        cotangents = _as_tuple(grad_outputs)
    count = len(cotangents)
    tracked = [isinstance(each, Tensor) and each._requires_grad for each in primals]

    def gradients(*arguments: Any) -> tuple[Tensor, ...]:
        given, vectors = arguments[: len(arguments) - count], arguments[len(arguments) - count :]
        outputs = _tracked(_as_tuple(func(*given)))
        wanted = [each for each, is_tracked in zip(given, tracked, strict=True) if is_tracked]
        found = grad(outputs, wanted, vectors, create_graph=True, allow_unused=True)
        return tuple(each for each in found if each is not None)

    return gradcheck(
        gradients,
        (*primals, *cotangents),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_batched_grad=check_batched_grad,
        check_forward_ad=check_fwd_over_rev,
        check_backward_ad=check_rev_over_rev,
        fast_mode=fast_mode,
    )


def _random_like(tensor: Tensor) -> Tensor:
    from gradcli.engine.random.sampling import rand

    uniform = rand(tuple(tensor.shape), dtype=tensor.dtype)
    return wrap(uniform._array * 2 - 1, tensor.dtype).requires_grad_()


def _check(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
    check_undefined_grad: bool,
    check_grad_dtypes: bool,
) -> bool:
    _check_inputs(inputs)
    tracked = _tracked(inputs)
    returned = _as_tuple(func(*inputs))
    outputs = _tracked(returned)
    numerical = [_numerical(func, inputs, each, eps, _floating(returned)) for each in tracked]
    if not outputs:
        if any(bool((jacobian != 0).any()) for each in numerical for jacobian in each):
            raise GradcheckError("Numerical gradient for function expected to be zero")
        return True
    positions = [i for i, each in enumerate(_floating(returned)) if each._requires_grad]
    for number, (output, position) in enumerate(zip(outputs, positions, strict=True)):
        analytical = _analytical(output, tracked, nondet_tol, check_grad_dtypes)
        for index, jacobian in enumerate(analytical):
            expected = numerical[index][position]
            if not np.allclose(jacobian, expected, rtol, atol):
                raise GradcheckError(
                    f"Jacobian mismatch for output {number:d} with respect to input {index:d},\n"
                    f"numerical:{wrap(expected)}\nanalytical:{wrap(jacobian)}\n"
                )
    _check_zero(outputs, tracked, "backward not multiplied by grad_output", None)
    if check_undefined_grad:
        _check_zero(_tracked(_as_tuple(func(*inputs))), tracked, _UNDEFINED, _UNDEFINED_FAILED)
    return True


def _check_inputs(inputs: tuple[Any, ...]) -> None:
    for index, each in enumerate(inputs):
        if isinstance(each, Tensor) and each._requires_grad:
            if each.dtype is not dtypes.float64:
                warnings.warn(
                    f"Input #{index} requires gradient and is not a double precision floating point or complex. This "
                    "check will likely fail if all the inputs are not of double precision floating point or complex. ",
                    stacklevel=4,
                )
            array = np.asarray(each._array)
            if array.size and any(
                not stride and size > 1 for stride, size in zip(array.strides, array.shape, strict=True)
            ):
                raise RuntimeError(
                    f"The {index}th input has a dimension with stride 0. gradcheck only supports inputs that are "
                    "non-overlapping to be able to compute the numerical gradients correctly. You should call "
                    ".contiguous on the input before passing it to gradcheck."
                )
    if not _tracked(inputs):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )


def _floating(values: Sequence[Any]) -> list[Tensor]:
    return [each for each in values if isinstance(each, Tensor) and each.dtype.is_floating_point]


def _numerical(
    func: Callable[..., Any], inputs: tuple[Any, ...], target: Tensor, eps: float, outputs: list[Tensor]
) -> list[Matrix]:
    """For each of the floating `outputs` its Jacobian by central differences, one row for each element of `target`.

    `target` is changed in place and back, under the version counter's notice, since the function may hold on to it.
    """
    kept = target._array
    values = np.array(kept)
    rows: list[list[Matrix]] = []
    try:
        for place in np.ndindex(values.shape):
            outcomes = []
            for step in (-eps, eps):
                moved = values.copy()
                moved[place] += step
                target._array = moved if moved.ndim else moved[()]
                outcomes.append([np.array(each._array) for each in _floating(_as_tuple(func(*inputs)))])
            rows.append([((high - low) / (2 * eps)).reshape(-1) for low, high in zip(*outcomes, strict=True)])
    finally:
        target._array = kept
    if not rows:
        return [np.zeros((0, each._array.size)) for each in outputs]
    return [np.stack(column) for column in zip(*rows, strict=True)]


def _analytical(output: Tensor, inputs: list[Tensor], nondet_tol: float, check_grad_dtypes: bool) -> list[Matrix]:
    """The Jacobian of one output with respect to each input by backward passes, which have to give the same twice."""
    first, second = (_backward_jacobian(output, inputs, check_grad_dtypes) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        if one.size and bool((np.abs(one - other) > nondet_tol).any()):
            raise GradcheckError(_NOT_REENTRANT.format(nondet_tol) + _NONDETERMINISM)
    return first


def _backward_jacobian(output: Tensor, inputs: list[Tensor], check_grad_dtypes: bool) -> list[Matrix]:
    jacobians = [np.zeros((each._array.size, output._array.size), each.dtype.numpy) for each in inputs]
    for column in range(output._array.size):
        unit = np.zeros(output._array.size, output.dtype.numpy)
        unit[column] = 1
        vector = wrap(unit.reshape(output._array.shape)[()], output.dtype)
        found = grad(output, inputs, vector, retain_graph=True, allow_unused=True)
        for jacobian, each, given in zip(jacobians, found, inputs, strict=True):
            if each is None:
                continue
            if each.shape != given.shape:
                raise GradcheckError("Analytical gradient has incorrect size")
            if check_grad_dtypes and each.dtype is not given.dtype:
                raise GradcheckError("Gradient has dtype mismatch")
            jacobian[:, column] = np.reshape(each._array, -1)
    return jacobians


def _check_zero(outputs: list[Tensor], inputs: list[Tensor], complaint: str, failed: str | None) -> None:
    """Raise GradcheckError where gradients of nothing are not nothing."""
    zeros = [wrap(np.zeros(each._array.shape, each.dtype.numpy)[()], each.dtype) for each in outputs]
    try:
        found = grad(outputs, inputs, zeros, retain_graph=True, allow_unused=True)
    except RuntimeError as error:
        if failed is None:
            raise
        raise GradcheckError(failed) from error
    if any(each is not None and bool((each._array != 0).any()) for each in found):
        raise GradcheckError(complaint)
