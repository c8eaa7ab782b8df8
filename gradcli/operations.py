"""The vocabulary: every operation that a user can write, declared once.

Parser, evaluation, cross-check, `gradcli functions`, completion and the test tables are readings of this table.
Adding an operation is one entry here plus one engine operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from operator import attrgetter
from types import MappingProxyType
from typing import Final, TypedDict, Unpack

from gradcli.language.values import frozen
from gradcli.language.vocabulary import Signature, Vocabulary


@frozen
class Operation:
    """One operation.

    `name` is canonical and the engine's (torch's) name; `aliases` are further spellings, and `help` is one line.
    `parameters`, `required`, `keywords`, `variadic`, `prefix`, `inverse`, `attribute` and `receiver` are as in
    `language.vocabulary.Signature`.
    `symbolic` names the builder in `calculus.symbolic` that makes its SymPy form, None where it has none.

    The others are formulas in our own language over the parameters' names.
    `domain` is where it is defined (`x > 0`); each of `kinks` is zero where it has a value but no derivative, or jumps.
    `definition` is what it is in terms of others: the prover of identities reads it, the steps where there is no
    `derivative`, and the engine calculates by it what torch has not.
    `derivative` is its rule: a formula by its one variable (further parameters are constants), or one for each.
    At kinks it gives what torch gives, and between the jumps of a step 0.
    """

    name: str
    category: str
    help: str
    parameters: tuple[str, ...] = ("x",)
    required: int = 1
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    variadic: bool = False
    prefix: bool = False
    inverse: str | None = None
    attribute: bool = False
    receiver: str | None = None
    symbolic: str | None = None
    domain: str | None = None
    kinks: tuple[str, ...] = ()
    definition: str | None = None
    derivative: str | Mapping[str, str] | None = None


INTEGER = "x - round(x)"
"""Zero where x is an integer: where floor and other step functions jump."""
NOT_A_POLE = "logical_or(x > 0, x != floor(x))"
"""Where the gamma function and its logarithmic derivatives are defined."""


class _Traits(TypedDict, total=False):
    """What an operation may have besides its names, category, help and parameters, by the words of Operation."""

    prefix: bool
    inverse: str
    attribute: bool
    receiver: str
    symbolic: str | None
    domain: str
    kinks: tuple[str, ...]
    definition: str
    derivative: str | Mapping[str, str]


def _operation(
    category: str, name: str, text: str, *aliases: str, takes: str = "x", **traits: Unpack[_Traits]
) -> Operation:
    """An operation whose SymPy form has its own name unless told otherwise.

    `takes` is what stands in its brackets, as Python declares it:
    of `x, dim=, *, dtype`, `dim` may be left out and `dtype` is given by name only; `size...` is any number of sizes.
    """
    positional, _, keywords = takes.partition(", *, ")
    words = positional.split(", ")
    parameters = tuple([word.rstrip("=.") for word in words])
    required = sum(["=" not in word for word in words])
    named = tuple(keywords.split(", ")) if keywords else ()
    settings: _Traits = {"symbolic": name, **traits}
    variadic = words[-1].endswith("...")
    return Operation(name, category, text, parameters, required, named, aliases, variadic, **settings)


_trigonometric = partial(_operation, "trigonometry", prefix=True)
_elementary = partial(_operation, "elementary", prefix=True)
_elementwise = partial(_operation, "elementwise", takes="x, other")
_activation = partial(_operation, "activation", prefix=True)
_reduction = partial(_operation, "reduction", takes="x, dim=, keepdim=")
_linear = partial(_operation, "linear algebra")
_convolution = partial(_operation, "convolution")
_shape = partial(_operation, "shape")
_loss = partial(_operation, "loss", takes="x, target, *, reduction")
_creation = partial(_operation, "creation")
_logical = partial(_operation, "logical", takes="x, other")
_copy = partial(_operation, "copy")

# fmt: off
# By hand: an entry's first line says what it is called and takes, the next where it is defined and by what rules.
TABLE: tuple[Operation, ...] = (
    # Trigonometry. torch has no sec, csc, cot, their inverses or their hyperbolic counterparts:
    # sec(x) is 1/cos(x), asec(x) is acos(1/x), acot(x) is atan(1/x), and so on.
    _trigonometric("sin", "sine", inverse="asin", derivative="cos(x)"),
    _trigonometric("cos", "cosine", inverse="acos", derivative="-sin(x)"),
    _trigonometric("tan", "tangent", "tg", inverse="atan",
        domain="cos(x) != 0", definition="sin(x)/cos(x)", derivative="sec(x)**2"),
    _trigonometric("sec", "secant, 1/cos(x)", inverse="asec",
        domain="cos(x) != 0", definition="1/cos(x)", derivative="sec(x)*tan(x)"),
    _trigonometric("csc", "cosecant, 1/sin(x)", "cosec", inverse="acsc",
        domain="sin(x) != 0", definition="1/sin(x)", derivative="-csc(x)*cot(x)"),
    _trigonometric("cot", "cotangent, cos(x)/sin(x)", "cotan", "ctg", inverse="acot",
        domain="sin(x) != 0", definition="1/tan(x)", derivative="-csc(x)**2"),
    _trigonometric("asin", "inverse sine", "arcsin", inverse="sin",
        domain="abs(x) <= 1", derivative="1/sqrt(1 - x**2)"),
    _trigonometric("acos", "inverse cosine", "arccos", inverse="cos",
        domain="abs(x) <= 1", definition="pi/2 - asin(x)", derivative="-1/sqrt(1 - x**2)"),
    _trigonometric("atan", "inverse tangent", "arctan", "arctg", inverse="tan", derivative="1/(1 + x**2)"),
    _trigonometric("asec", "inverse secant, acos(1/x)", "arcsec", inverse="sec",
        domain="abs(x) >= 1", definition="acos(1/x)", derivative="1/(abs(x)*sqrt(x**2 - 1))"),
    _trigonometric("acsc", "inverse cosecant, asin(1/x)", "arccsc", inverse="csc",
        domain="abs(x) >= 1", definition="asin(1/x)", derivative="-1/(abs(x)*sqrt(x**2 - 1))"),
    _trigonometric("acot", "inverse cotangent, atan(1/x)", "arccot", inverse="cot",
        domain="x != 0", definition="atan(1/x)", derivative="-1/(1 + x**2)"),
    _elementwise("atan2", "angle of the point (other, x)", "arctan2", domain="logical_or(x != 0, other != 0)",
        derivative={"x": "other/(x**2 + other**2)", "other": "-x/(x**2 + other**2)"}),
    _trigonometric("sinh", "hyperbolic sine", "sh", inverse="asinh",
        definition="(exp(x) - exp(-x))/2", derivative="cosh(x)"),
    _trigonometric("cosh", "hyperbolic cosine", "ch", inverse="acosh",
        definition="(exp(x) + exp(-x))/2", derivative="sinh(x)"),
    _trigonometric("tanh", "hyperbolic tangent", "th", inverse="atanh",
        definition="sinh(x)/cosh(x)", derivative="1 - tanh(x)**2"),
    _trigonometric("sech", "hyperbolic secant, 1/cosh(x)", inverse="asech",
        definition="1/cosh(x)", derivative="-sech(x)*tanh(x)"),
    _trigonometric("csch", "hyperbolic cosecant, 1/sinh(x)", inverse="acsch",
        domain="x != 0", definition="1/sinh(x)", derivative="-csch(x)*coth(x)"),
    _trigonometric("coth", "hyperbolic cotangent, 1/tanh(x)", inverse="acoth",
        domain="x != 0", definition="1/tanh(x)", derivative="-csch(x)**2"),
    _trigonometric("asinh", "inverse hyperbolic sine", "arsinh", "arcsinh", inverse="sinh",
        definition="log(x + sqrt(x**2 + 1))", derivative="1/sqrt(x**2 + 1)"),
    _trigonometric("acosh", "inverse hyperbolic cosine", "arcosh", "arccosh", inverse="cosh",
        domain="x >= 1", definition="log(x + sqrt(x**2 - 1))", derivative="1/sqrt(x**2 - 1)"),
    _trigonometric("atanh", "inverse hyperbolic tangent", "artanh", "arctanh", inverse="tanh",
        domain="abs(x) < 1", definition="(log(1 + x) - log(1 - x))/2", derivative="1/(1 - x**2)"),
    _trigonometric("asech", "inverse hyperbolic secant, acosh(1/x)", "arsech", inverse="sech",
        domain="logical_and(x > 0, x <= 1)", definition="acosh(1/x)", derivative="-1/(x*sqrt(1 - x**2))"),
    _trigonometric("acsch", "inverse hyperbolic cosecant, asinh(1/x)", "arcsch", inverse="csch",
        domain="x != 0", definition="asinh(1/x)", derivative="-1/(abs(x)*sqrt(1 + x**2))"),
    _trigonometric("acoth", "inverse hyperbolic cotangent, atanh(1/x)", "arcoth", inverse="coth",
        domain="abs(x) > 1", definition="atanh(1/x)", derivative="1/(1 - x**2)"),
    _trigonometric("sinc", "sin(pi*x)/(pi*x), 1 at 0", derivative="cos(pi*x)/x - sin(pi*x)/(pi*x**2)"),
    _trigonometric("deg2rad", "degrees to radians", "radians", inverse="rad2deg",
        definition="pi*x/180", derivative="pi/180"),
    _trigonometric("rad2deg", "radians to degrees", "degrees", inverse="deg2rad",
        definition="180*x/pi", derivative="180/pi"),
    _elementwise("hypot", "sqrt(x**2 + other**2)", kinks=("abs(x) + abs(other)",),
        definition="sqrt(x**2 + other**2)",
        derivative={"x": "x/hypot(x, other)", "other": "other/hypot(x, other)"}),
    # Exponentials, logarithms, powers and roots. torch has no cbrt: it is sign(x)*abs(x)**(1/3).
    _elementary("exp", "e to the power of x", inverse="log", derivative="exp(x)"),
    _elementary("exp2", "2 to the power of x", inverse="log2", definition="2**x", derivative="exp2(x)*log(2)"),
    _elementary("expm1", "exp(x) - 1, exact near 0", inverse="log1p", definition="exp(x) - 1", derivative="exp(x)"),
    _elementary("log", "natural logarithm; log(x, base) to another base", "ln", takes="x, base=", inverse="exp",
        domain="x > 0", derivative="1/x"),
    _elementary("log1p", "log(1 + x), exact near 0", inverse="expm1",
        domain="x > -1", definition="log(1 + x)", derivative="1/(1 + x)"),
    _elementary("log2", "logarithm to base 2", "lb", inverse="exp2",
        domain="x > 0", definition="log(x)/log(2)", derivative="1/(x*log(2))"),
    _elementary("log10", "logarithm to base 10", "lg",
        domain="x > 0", definition="log(x)/log(10)", derivative="1/(x*log(10))"),
    _elementary("sqrt", "square root", inverse="square", domain="x >= 0", kinks=("x",), derivative="1/(2*sqrt(x))"),
    _elementary("cbrt", "cube root, of negative numbers too", kinks=("x",), derivative="1/(3*cbrt(x)**2)"),
    _elementary("rsqrt", "1/sqrt(x)", domain="x > 0", definition="1/sqrt(x)", derivative="-1/(2*x*sqrt(x))"),
    _elementary("reciprocal", "1/x", inverse="reciprocal", domain="x != 0"),
    _elementary("square", "x**2", definition="x**2", derivative="2*x"),
    _elementwise("pow", "x to the power of exponent", "power", takes="x, exponent",
        domain="logical_or(x >= 0, exponent == floor(exponent))"),
    _elementwise("xlogy", "x*log(other), 0 where x is 0",
        domain="other > 0", derivative={"x": "log(other)", "other": "x/other"}),
    _elementwise("logaddexp", "log(exp(x) + exp(other))",
        definition="log(exp(x) + exp(other))", derivative={"x": "sigmoid(x - other)", "other": "sigmoid(other - x)"}),
    # Pieces and steps.
    _elementary("abs", "absolute value", "absolute", "fabs", kinks=("x",), derivative="sign(x)"),
    _elementary("sign", "-1, 0 or 1", "sgn", kinks=("x",), derivative="0"),
    _elementary("floor", "largest integer below", kinks=(INTEGER,), derivative="0"),
    _elementary("ceil", "smallest integer above", "ceiling", kinks=(INTEGER,), derivative="0"),
    _elementary("round", "nearest integer, halves to even", kinks=("x - floor(x) - 0.5",), derivative="0"),
    _elementary("trunc", "integer part", "fix", kinks=(INTEGER,), derivative="0"),
    _elementary("frac", "x - trunc(x)", kinks=(INTEGER,), derivative="1"),
    _elementwise("fmod", "remainder with the sign of x",
        domain="other != 0", kinks=("x/other - round(x/other)",), derivative={"x": "1", "other": "-trunc(x/other)"}),
    _elementwise("remainder", "remainder with the sign of other",
        domain="other != 0", kinks=("x/other - round(x/other)",), derivative={"x": "1", "other": "-floor(x/other)"}),
    _elementwise("maximum", "the larger, entry by entry", kinks=("x - other",)),
    _elementwise("minimum", "the smaller, entry by entry", kinks=("x - other",)),
    _elementwise("fmax", "the larger, ignoring nan", kinks=("x - other",)),
    _elementwise("fmin", "the smaller, ignoring nan", kinks=("x - other",)),
    _elementwise("heaviside", "0 below 0, 1 above, values at 0", takes="x, values",
        kinks=("x",), derivative={"x": "0", "values": "where(x == 0, 1, 0)"}),
    _elementwise("clamp", "x kept between min and max", "clip", takes="x, min=, max=", kinks=("x - min", "x - max"),
        derivative={"x": "where(logical_and(x >= min, x <= max), 1, 0)",
                    "min": "where(logical_and(x < min, min < max), 1, 0)",
                    "max": "where(logical_or(x > max, min > max), 1, 0)"}),
    _elementwise("where", "x where condition, else y", takes="condition, x, y", receiver="x"),
    # Special functions. torch has no gamma and no factorial: gamma(x) is exp(lgamma(x)) with the sign that gamma has
    # between its poles, and factorial(x) is gamma(x + 1).
    _elementary("erf", "error function", inverse="erfinv", derivative="2/sqrt(pi)*exp(-x**2)"),
    _elementary("erfc", "1 - erf(x)", derivative="-2/sqrt(pi)*exp(-x**2)"),
    _elementary("erfinv", "inverse error function", inverse="erf",
        domain="abs(x) < 1", derivative="sqrt(pi)/2*exp(erfinv(x)**2)"),
    _elementary("lgamma", "log(abs(gamma(x)))", "gammaln", "loggamma", domain=NOT_A_POLE, derivative="digamma(x)"),
    _elementary("digamma", "derivative of lgamma", "psi", domain=NOT_A_POLE),
    _elementary("gamma", "gamma function", "Gamma", domain=NOT_A_POLE, derivative="gamma(x)*digamma(x)"),
    _elementary("factorial", "gamma(x + 1)", domain="logical_or(x > -1, x != floor(x))",
        definition="gamma(x + 1)", derivative="gamma(x + 1)*digamma(x + 1)"),
    _elementary("logit", "log(x/(1 - x))", inverse="sigmoid",
        domain="logical_and(x > 0, x < 1)", definition="log(x/(1 - x))", derivative="1/(x*(1 - x))"),
    # Activations.
    _activation("sigmoid", "1/(1 + exp(-x))", "expit", "logistic",
        definition="1/(1 + exp(-x))", derivative="sigmoid(x)*(1 - sigmoid(x))"),
    _activation("relu", "max(x, 0)", kinks=("x",), derivative="where(x > 0, 1, 0)"),
    _activation("relu6", "min(max(x, 0), 6)",
        kinks=("x", "x - 6"), derivative="where(logical_and(x > 0, x < 6), 1, 0)"),
    _activation("leaky_relu", "x above 0, negative_slope*x below", takes="x, negative_slope=", prefix=False,
        kinks=("x",), derivative="where(x > 0, 1, negative_slope)"),
    _activation("elu", "x above 0, alpha*(exp(x) - 1) below", takes="x, alpha=", prefix=False,
        derivative="where(x > 0, 1, alpha*exp(x))"),
    _activation("selu", "scaled elu", kinks=("x",),
        derivative="1.0507009873554804934193349852946*where(x > 0, 1, 1.6732632423543772848170429916717*exp(x))"),
    _activation("gelu", "x times the normal distribution function", takes="x, *, approximate",
        derivative="(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)"),
    _activation("silu", "x*sigmoid(x)", "swish",
        definition="x*sigmoid(x)", derivative="sigmoid(x)*(1 + x*(1 - sigmoid(x)))"),
    _activation("mish", "x*tanh(softplus(x))",
        derivative="tanh(softplus(x)) + x*sigmoid(x)*(1 - tanh(softplus(x))**2)"),
    _activation("softplus", "log(1 + exp(beta*x))/beta", takes="x, beta=, threshold=", prefix=False,
        derivative="sigmoid(beta*x)"),
    _activation("softsign", "x/(1 + abs(x))", definition="x/(1 + abs(x))", derivative="1/(1 + abs(x))**2"),
    _activation("logsigmoid", "log(sigmoid(x))", "log_sigmoid",
        definition="-log(1 + exp(-x))", derivative="sigmoid(-x)"),
    _activation("hardtanh", "x kept between -1 and 1", takes="x, min_val=, max_val=", prefix=False,
        derivative="where(logical_and(x > min_val, x < max_val), 1, 0)"),
    _activation("hardsigmoid", "x/6 + 1/2 kept between 0 and 1",
        kinks=("x - 3", "x + 3"), derivative="where(logical_and(x > -3, x < 3), 1/6, 0)"),
    _activation("tanhshrink", "x - tanh(x)", definition="x - tanh(x)", derivative="tanh(x)**2"),
    # Reductions.
    _reduction("sum", "sum of the entries"),
    _reduction("mean", "mean of the entries", "average"),
    _reduction("prod", "product of the entries"),
    _reduction("var", "variance (unbiased)", takes="x, dim=, unbiased=, keepdim=, *, correction"),
    _reduction("std", "standard deviation (unbiased)", takes="x, dim=, unbiased=, keepdim=, *, correction",
        kinks=("max(x) - min(x)",)),
    _reduction("norm", "norm of order p (2)", takes="x, p=, dim=, keepdim=",
        kinks=("sum(abs(x))",), definition="sqrt(sum(x**2))"),
    _reduction("max", "largest entry; max(x, y, ...) entry by entry", takes="x, dim=, keepdim=..."),
    _reduction("min", "smallest entry; min(x, y, ...) entry by entry", takes="x, dim=, keepdim=..."),
    _reduction("amax", "largest entry along dim"),
    _reduction("amin", "smallest entry along dim"),
    _reduction("argmax", "index of the largest entry"),
    _reduction("argmin", "index of the smallest entry"),
    _reduction("median", "the middle entry (the lower one of two)"),
    _reduction("logsumexp", "log(sum(exp(x))) along dim", definition="log(sum(exp(x)))"),
    _reduction("cumsum", "running sums along dim", takes="x, dim="),
    _reduction("cumprod", "running products along dim", takes="x, dim="),
    _reduction("softmax", "exp(x)/sum(exp(x)) along dim", takes="x, dim="),
    _reduction("log_softmax", "log(softmax(x)) along dim", takes="x, dim="),
    _reduction("softmin", "softmax(-x) along dim", takes="x, dim="),
    _reduction("layer_norm", "(x - mean)/sqrt(variance + eps) along the last dimension, times weight plus bias",
        takes="x, normalized_shape=, weight=, bias=, eps="),
    _reduction("all", "whether all entries are true"),
    _reduction("any", "whether some entry is true"),
    # Linear algebra.
    _linear("matmul", "matrix product, x @ other", takes="x, other"),
    _linear("mm", "product of two matrices", takes="x, mat2"),
    _linear("mv", "matrix times vector", takes="x, vec"),
    _linear("bmm", "products of matrices, one for each of a batch", takes="x, mat2"),
    _linear("dot", "scalar product of two vectors", takes="x, other", definition="sum(x*other)"),
    _linear("inner", "products summed over the last dimension", takes="x, other"),
    _linear("outer", "product of every pair of entries", "ger", takes="x, vec2"),
    _linear("kron", "Kronecker product: every entry of x times other", takes="x, other"),
    _linear("cross", "cross product of vectors of three", takes="x, other, dim="),
    _linear("einsum", "sums of products by their subscripts, as in einsum('ij,jk->ik', A, B)",
        takes="equation, operands..."),
    _linear("t", "transposed matrix"),
    _linear("T", "transposed matrix", attribute=True),
    _linear("mT", "transposed matrices (last two dimensions)", attribute=True),
    _linear("trace", "sum of the diagonal"),
    _linear("det", "determinant"),
    _linear("inverse", "inverse matrix", "inv"),
    _linear("solve", "x with x0 @ x = other", takes="x, other"),
    _linear("diag", "diagonal of a matrix, or matrix of a diagonal", takes="x, diagonal="),
    _linear("tril", "lower triangle", takes="x, diagonal="),
    _linear("triu", "upper triangle", takes="x, diagonal="),
    # Convolutions and pooling.
    _convolution("conv1d", "sums of products of kernels and the windows that they move over, in one dimension",
        takes="x, weight, bias=, stride=, padding=, dilation=, groups="),
    _convolution("conv2d", "sums of products of kernels and the windows that they move over, in two dimensions",
        takes="x, weight, bias=, stride=, padding=, dilation=, groups="),
    _convolution("max_pool1d", "largest entry of each window, in one dimension",
        takes="x, kernel_size, stride=, padding=, dilation=, ceil_mode="),
    _convolution("max_pool2d", "largest entry of each window, in two dimensions",
        takes="x, kernel_size, stride=, padding=, dilation=, ceil_mode="),
    _convolution("avg_pool1d", "mean of each window, in one dimension",
        takes="x, kernel_size, stride=, padding=, ceil_mode=, count_include_pad="),
    _convolution("avg_pool2d", "mean of each window, in two dimensions",
        takes="x, kernel_size, stride=, padding=, ceil_mode=, count_include_pad=, divisor_override="),
    # Shapes and joins.
    _shape("reshape", "the same entries in another shape", takes="x, shape..."),
    _shape("view", "the same entries in another shape", takes="x, shape..."),
    _shape("flatten", "all entries in one dimension", takes="x, start_dim=, end_dim="),
    _shape("ravel", "all entries in one dimension"),
    _shape("squeeze", "without dimensions of size 1", takes="x, dim="),
    _shape("unsqueeze", "with a new dimension of size 1", takes="x, dim"),
    _shape("transpose", "two dimensions exchanged", "swapaxes", takes="x, dim0, dim1"),
    _shape("permute", "dimensions in another order", takes="x, dims..."),
    _shape("expand", "dimensions of size 1 repeated", takes="x, shape..."),
    _shape("repeat", "tiled", takes="x, repeats..."),
    _shape("flip", "reversed along dims", takes="x, dims..."),
    _shape("roll", "shifted around", takes="x, shifts, dims="),
    _shape("embedding", "rows of a table, by their numbers from 0", takes="indices, weight"),
    _shape("cat", "tensors joined along dim", "concat", "concatenate", takes="tensors, dim="),
    _shape("stack", "tensors joined along a new dim", takes="tensors, dim="),
    # Losses.
    _loss("mse_loss", "mean squared error", definition="mean((x - target)**2)"),
    _loss("l1_loss", "mean absolute error", kinks=("x - target",), definition="mean(abs(x - target))"),
    _loss("smooth_l1_loss", "squared below beta, absolute above", takes="x, target, *, reduction, beta",
        definition="mean(where(abs(x - target) < 1, (x - target)**2/2, abs(x - target) - 1/2))"),
    _loss("huber_loss", "squared below delta, absolute above", takes="x, target, *, reduction, delta"),
    _loss("binary_cross_entropy", "of probabilities",
        domain="logical_and(x > 0, x < 1)", definition="-mean(target*log(x) + (1 - target)*log(1 - x))"),
    _loss("binary_cross_entropy_with_logits", "of logits", definition="mean(softplus(x) - target*x)"),
    _loss("cross_entropy", "of logits, target a class index or probabilities"),
    _loss("nll_loss", "of log-probabilities, target a class index"),
    _loss("kl_div", "target*(log(target) - x)", takes="x, target, *, reduction, log_target", domain="target >= 0"),
    # Creation.
    _creation("tensor", "a tensor of the given entries", takes="data, *, dtype, requires_grad"),
    _creation("zeros", "zeros of a shape", takes="size..., *, dtype, requires_grad"),
    _creation("ones", "ones of a shape", takes="size..., *, dtype, requires_grad"),
    _creation("full", "one value in a shape", takes="size, fill_value, *, dtype, requires_grad"),
    _creation("eye", "identity matrix", takes="n, m=, *, dtype, requires_grad"),
    _creation("arange", "numbers from start to end", takes="start, end=, step=, *, dtype, requires_grad"),
    _creation("linspace", "steps numbers from start to end", takes="start, end, steps, *, dtype, requires_grad"),
    _creation("zeros_like", "zeros of x's shape", takes="x, *, dtype, requires_grad"),
    _creation("ones_like", "ones of x's shape", takes="x, *, dtype, requires_grad"),
    _creation("rand", "uniform random numbers", takes="size=..., *, dtype, requires_grad", symbolic=None),
    _creation("randn", "normal random numbers", takes="size=..., *, dtype, requires_grad", symbolic=None),
    _creation("manual_seed", "seed of the random numbers", takes="seed", symbolic=None),
    # Logic.
    _logical("logical_and", "both"),
    _logical("logical_or", "either"),
    _logical("logical_not", "not x", takes="x"),
    _logical("isnan", "whether not a number", takes="x"),
    # Copies.
    _copy("detach", "x as a constant: no gradient flows back"),
    _copy("clone", "a copy of x", derivative="1"),
    _copy("float", "x in float32", symbolic="clone", derivative="1"),
    _copy("double", "x in float64", symbolic="clone", derivative="1"),
)
# fmt: on
"""Every operation, by subject. Sums, products, powers, comparisons, indices and literals are syntax and not listed."""

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {name: operation for operation in TABLE for name in (operation.name, *operation.aliases)}
)
"""Every operation by each of its names."""

CONSTANTS: frozenset[str] = frozenset({"pi", "e", "tau", "inf", "nan", "float32", "float64", "int64", "bool"})
"""Names with a meaning unless the user binds them: numbers, and the dtypes that `dtype=` takes."""


_CALLED: Final = attrgetter(*Signature.__match_args__)
"""How an operation is called, as Signature has it."""


@cache
def vocabulary() -> Vocabulary:
    """The table as the parser reads it."""
    return Vocabulary({name: Signature(*_CALLED(operation)) for name, operation in OPERATIONS.items()}, CONSTANTS)
