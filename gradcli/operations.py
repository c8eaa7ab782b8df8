"""The vocabulary: every operation that a user can write, declared once.

Parser, evaluation, cross-check, `gradcli functions`, completion and the test tables are readings of this table. Adding
an operation is one entry here plus one engine operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TypedDict, Unpack

from gradcli.language.values import frozen
from gradcli.language.vocabulary import Signature, Vocabulary


@frozen
class Operation:
    """One operation.

    `name` is canonical and the engine's (torch's) name; `aliases` are further spellings. `parameters`, `required`,
    `keywords`, `variadic`, `prefix`, `inverse`, `attribute` and `receiver` are as in `language.vocabulary.Signature`.
    `symbolic` names the builder in `calculus.symbolic` that makes its SymPy form, None where it has none. `domain` is
    where it is defined, and `kinks` is where it has a value but no derivative (or jumps), both written in our own
    language over the parameters' names (`x > 0`; a kink is an expression that is zero there). `definition` says in our
    language what it is in terms of others: the prover of identities reads it, the steps where there is no `derivative`,
    and the engine calculates by it what torch has not. `derivative` is its rule, written likewise: a formula by its one
    variable (further parameters are constants), or one for each variable; at kinks it gives what torch gives, and
    between the jumps of a step 0. `help` is one line.
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
    """What an operation may have besides its name, category, help and signature, by the words of Operation."""

    inverse: str
    domain: str
    kinks: tuple[str, ...]
    definition: str
    derivative: str | Mapping[str, str]


def _elementary(name: str, text: str, *aliases: str, **traits: Unpack[_Traits]) -> Operation:
    """A function of one real number, which may be written without brackets."""
    return Operation(name, "elementary", text, aliases=aliases, prefix=True, symbolic=name, **traits)


def _trigonometric(name: str, text: str, *aliases: str, **traits: Unpack[_Traits]) -> Operation:
    return Operation(name, "trigonometry", text, aliases=aliases, prefix=True, symbolic=name, **traits)


def _activation(
    name: str,
    text: str,
    *aliases: str,
    more: tuple[str, ...] = (),
    keywords: tuple[str, ...] = (),
    **traits: Unpack[_Traits],
) -> Operation:
    """A function of one tensor, entry by entry, which may have settings."""
    return Operation(
        name, "activation", text, ("x", *more), 1, keywords, aliases, prefix=not more, symbolic=name, **traits
    )


def _two(
    name: str,
    text: str,
    parameters: tuple[str, str] = ("x", "other"),
    aliases: tuple[str, ...] = (),
    **traits: Unpack[_Traits],
) -> Operation:
    """A function of two tensors, entry by entry."""
    return Operation(name, "elementwise", text, parameters, 2, (), aliases, symbolic=name, **traits)


def _reduction(
    name: str,
    text: str,
    *aliases: str,
    parameters: tuple[str, ...] = ("x", "dim", "keepdim"),
    keywords: tuple[str, ...] = (),
    **traits: Unpack[_Traits],
) -> Operation:
    return Operation(name, "reduction", text, parameters, 1, keywords, aliases, symbolic=name, **traits)


def _extremum(name: str, text: str) -> Operation:
    """max and min: of all entries, along a dimension, or of two operands and more."""
    return Operation(name, "reduction", text, ("x", "dim", "keepdim"), 1, variadic=True, symbolic=name)


def _along(name: str, text: str) -> Operation:
    """A function along one dimension, the last where none is given."""
    return Operation(name, "reduction", text, ("x", "dim"), 1, symbolic=name)


def _linear(
    name: str,
    text: str,
    *parameters: str,
    aliases: tuple[str, ...] = (),
    attribute: bool = False,
    **traits: Unpack[_Traits],
) -> Operation:
    count = len(parameters)
    return Operation(
        name, "linear algebra", text, parameters, count, (), aliases, attribute=attribute, symbolic=name, **traits
    )


def _shape(
    name: str,
    text: str,
    *parameters: str,
    required: int | None = None,
    aliases: tuple[str, ...] = (),
    variadic: bool = False,
) -> Operation:
    count = len(parameters) if required is None else required
    return Operation(name, "shape", text, parameters, count, (), aliases, variadic=variadic, symbolic=name)


def _loss(name: str, text: str, *settings: str, **traits: Unpack[_Traits]) -> Operation:
    return Operation(name, "loss", text, ("x", "target"), 2, ("reduction", *settings), symbolic=name, **traits)


def _creation(
    name: str,
    text: str,
    *parameters: str,
    required: int | None = None,
    variadic: bool = False,
    symbolic: bool = True,
) -> Operation:
    count = len(parameters) if required is None else required
    keywords = () if name == "manual_seed" else ("dtype", "requires_grad")
    return Operation(
        name, "creation", text, parameters, count, keywords, variadic=variadic, symbolic=name if symbolic else None
    )


def _logical(name: str, text: str, *parameters: str) -> Operation:
    return Operation(name, "logical", text, parameters, len(parameters), symbolic=name)


TABLE: tuple[Operation, ...] = (
    # Trigonometry. torch has no sec, csc, cot, their inverses or their hyperbolic kin: sec(x) is 1/cos(x), asec(x) is
    # acos(1/x), acot(x) is atan(1/x), and so on.
    _trigonometric("sin", "sine", inverse="asin", derivative="cos(x)"),
    _trigonometric("cos", "cosine", inverse="acos", derivative="-sin(x)"),
    _trigonometric(
        "tan", "tangent", "tg", inverse="atan", domain="cos(x) != 0", definition="sin(x)/cos(x)", derivative="sec(x)**2"
    ),
    _trigonometric(
        "sec",
        "secant, 1/cos(x)",
        inverse="asec",
        domain="cos(x) != 0",
        definition="1/cos(x)",
        derivative="sec(x)*tan(x)",
    ),
    _trigonometric(
        "csc",
        "cosecant, 1/sin(x)",
        "cosec",
        inverse="acsc",
        domain="sin(x) != 0",
        definition="1/sin(x)",
        derivative="-csc(x)*cot(x)",
    ),
    _trigonometric(
        "cot",
        "cotangent, cos(x)/sin(x)",
        "cotan",
        "ctg",
        inverse="acot",
        domain="sin(x) != 0",
        definition="1/tan(x)",
        derivative="-csc(x)**2",
    ),
    _trigonometric(
        "asin", "inverse sine", "arcsin", inverse="sin", domain="abs(x) <= 1", derivative="1/sqrt(1 - x**2)"
    ),
    _trigonometric(
        "acos",
        "inverse cosine",
        "arccos",
        inverse="cos",
        domain="abs(x) <= 1",
        definition="pi/2 - asin(x)",
        derivative="-1/sqrt(1 - x**2)",
    ),
    _trigonometric("atan", "inverse tangent", "arctan", "arctg", inverse="tan", derivative="1/(1 + x**2)"),
    _trigonometric(
        "asec",
        "inverse secant, acos(1/x)",
        "arcsec",
        inverse="sec",
        domain="abs(x) >= 1",
        definition="acos(1/x)",
        derivative="1/(abs(x)*sqrt(x**2 - 1))",
    ),
    _trigonometric(
        "acsc",
        "inverse cosecant, asin(1/x)",
        "arccsc",
        inverse="csc",
        domain="abs(x) >= 1",
        definition="asin(1/x)",
        derivative="-1/(abs(x)*sqrt(x**2 - 1))",
    ),
    _trigonometric(
        "acot",
        "inverse cotangent, atan(1/x)",
        "arccot",
        inverse="cot",
        domain="x != 0",
        definition="atan(1/x)",
        derivative="-1/(1 + x**2)",
    ),
    _two(
        "atan2",
        "angle of the point (other, x)",
        aliases=("arctan2",),
        domain="logical_or(x != 0, other != 0)",
        derivative={"x": "other/(x**2 + other**2)", "other": "-x/(x**2 + other**2)"},
    ),
    _trigonometric(
        "sinh", "hyperbolic sine", "sh", inverse="asinh", definition="(exp(x) - exp(-x))/2", derivative="cosh(x)"
    ),
    _trigonometric(
        "cosh", "hyperbolic cosine", "ch", inverse="acosh", definition="(exp(x) + exp(-x))/2", derivative="sinh(x)"
    ),
    _trigonometric(
        "tanh", "hyperbolic tangent", "th", inverse="atanh", definition="sinh(x)/cosh(x)", derivative="1 - tanh(x)**2"
    ),
    _trigonometric(
        "sech", "hyperbolic secant, 1/cosh(x)", inverse="asech", definition="1/cosh(x)", derivative="-sech(x)*tanh(x)"
    ),
    _trigonometric(
        "csch",
        "hyperbolic cosecant, 1/sinh(x)",
        inverse="acsch",
        domain="x != 0",
        definition="1/sinh(x)",
        derivative="-csch(x)*coth(x)",
    ),
    _trigonometric(
        "coth",
        "hyperbolic cotangent, 1/tanh(x)",
        inverse="acoth",
        domain="x != 0",
        definition="1/tanh(x)",
        derivative="-csch(x)**2",
    ),
    _trigonometric(
        "asinh",
        "inverse hyperbolic sine",
        "arsinh",
        "arcsinh",
        inverse="sinh",
        definition="log(x + sqrt(x**2 + 1))",
        derivative="1/sqrt(x**2 + 1)",
    ),
    _trigonometric(
        "acosh",
        "inverse hyperbolic cosine",
        "arcosh",
        "arccosh",
        inverse="cosh",
        domain="x >= 1",
        definition="log(x + sqrt(x**2 - 1))",
        derivative="1/sqrt(x**2 - 1)",
    ),
    _trigonometric(
        "atanh",
        "inverse hyperbolic tangent",
        "artanh",
        "arctanh",
        inverse="tanh",
        domain="abs(x) < 1",
        definition="(log(1 + x) - log(1 - x))/2",
        derivative="1/(1 - x**2)",
    ),
    _trigonometric(
        "asech",
        "inverse hyperbolic secant, acosh(1/x)",
        "arsech",
        inverse="sech",
        domain="logical_and(x > 0, x <= 1)",
        definition="acosh(1/x)",
        derivative="-1/(x*sqrt(1 - x**2))",
    ),
    _trigonometric(
        "acsch",
        "inverse hyperbolic cosecant, asinh(1/x)",
        "arcsch",
        inverse="csch",
        domain="x != 0",
        definition="asinh(1/x)",
        derivative="-1/(abs(x)*sqrt(1 + x**2))",
    ),
    _trigonometric(
        "acoth",
        "inverse hyperbolic cotangent, atanh(1/x)",
        "arcoth",
        inverse="coth",
        domain="abs(x) > 1",
        definition="atanh(1/x)",
        derivative="1/(1 - x**2)",
    ),
    _trigonometric("sinc", "sin(pi*x)/(pi*x), 1 at 0", derivative="cos(pi*x)/x - sin(pi*x)/(pi*x**2)"),
    _trigonometric(
        "deg2rad", "degrees to radians", "radians", inverse="rad2deg", definition="pi*x/180", derivative="pi/180"
    ),
    _trigonometric(
        "rad2deg", "radians to degrees", "degrees", inverse="deg2rad", definition="180*x/pi", derivative="180/pi"
    ),
    _two(
        "hypot",
        "sqrt(x**2 + other**2)",
        kinks=("abs(x) + abs(other)",),
        definition="sqrt(x**2 + other**2)",
        derivative={"x": "x/hypot(x, other)", "other": "other/hypot(x, other)"},
    ),
    # Exponentials, logarithms, powers and roots. torch has no cbrt: it is sign(x)*abs(x)**(1/3).
    _elementary("exp", "e to the power of x", inverse="log", derivative="exp(x)"),
    _elementary("exp2", "2 to the power of x", inverse="log2", definition="2**x", derivative="exp2(x)*log(2)"),
    _elementary("expm1", "exp(x) - 1, exact near 0", inverse="log1p", definition="exp(x) - 1", derivative="exp(x)"),
    Operation(
        "log",
        "elementary",
        "natural logarithm; log(x, base) to another base",
        ("x", "base"),
        1,
        (),
        ("ln",),
        prefix=True,
        inverse="exp",
        symbolic="log",
        domain="x > 0",
        derivative="1/x",
    ),
    _elementary(
        "log1p",
        "log(1 + x), exact near 0",
        inverse="expm1",
        domain="x > -1",
        definition="log(1 + x)",
        derivative="1/(1 + x)",
    ),
    _elementary(
        "log2",
        "logarithm to base 2",
        "lb",
        inverse="exp2",
        domain="x > 0",
        definition="log(x)/log(2)",
        derivative="1/(x*log(2))",
    ),
    _elementary(
        "log10", "logarithm to base 10", "lg", domain="x > 0", definition="log(x)/log(10)", derivative="1/(x*log(10))"
    ),
    _elementary("sqrt", "square root", inverse="square", domain="x >= 0", kinks=("x",), derivative="1/(2*sqrt(x))"),
    _elementary("cbrt", "cube root, of negative numbers too", kinks=("x",), derivative="1/(3*cbrt(x)**2)"),
    _elementary("rsqrt", "1/sqrt(x)", domain="x > 0", definition="1/sqrt(x)", derivative="-1/(2*x*sqrt(x))"),
    _elementary("reciprocal", "1/x", inverse="reciprocal", domain="x != 0"),
    _elementary("square", "x**2", definition="x**2", derivative="2*x"),
    Operation(
        "pow",
        "elementwise",
        "x to the power of exponent",
        ("x", "exponent"),
        2,
        (),
        ("power",),
        symbolic="pow",
        domain="logical_or(x >= 0, exponent == floor(exponent))",
    ),
    _two(
        "xlogy", "x*log(other), 0 where x is 0", domain="other > 0", derivative={"x": "log(other)", "other": "x/other"}
    ),
    _two(
        "logaddexp",
        "log(exp(x) + exp(other))",
        definition="log(exp(x) + exp(other))",
        derivative={"x": "sigmoid(x - other)", "other": "sigmoid(other - x)"},
    ),
    # Pieces and steps.
    _elementary("abs", "absolute value", "absolute", "fabs", kinks=("x",), derivative="sign(x)"),
    _elementary("sign", "-1, 0 or 1", "sgn", kinks=("x",), derivative="0"),
    _elementary("floor", "largest integer below", kinks=(INTEGER,), derivative="0"),
    _elementary("ceil", "smallest integer above", "ceiling", kinks=(INTEGER,), derivative="0"),
    _elementary("round", "nearest integer, halves to even", kinks=("x - floor(x) - 0.5",), derivative="0"),
    _elementary("trunc", "integer part", "fix", kinks=(INTEGER,), derivative="0"),
    _elementary("frac", "x - trunc(x)", kinks=(INTEGER,), derivative="1"),
    _two(
        "fmod",
        "remainder with the sign of x",
        domain="other != 0",
        kinks=("x/other - round(x/other)",),
        derivative={"x": "1", "other": "-trunc(x/other)"},
    ),
    _two(
        "remainder",
        "remainder with the sign of other",
        domain="other != 0",
        kinks=("x/other - round(x/other)",),
        derivative={"x": "1", "other": "-floor(x/other)"},
    ),
    _two("maximum", "the larger, entry by entry", kinks=("x - other",)),
    _two("minimum", "the smaller, entry by entry", kinks=("x - other",)),
    _two("fmax", "the larger, ignoring nan", kinks=("x - other",)),
    _two("fmin", "the smaller, ignoring nan", kinks=("x - other",)),
    _two(
        "heaviside",
        "0 below 0, 1 above, values at 0",
        ("x", "values"),
        kinks=("x",),
        derivative={"x": "0", "values": "where(x == 0, 1, 0)"},
    ),
    Operation(
        "clamp",
        "elementwise",
        "x kept between min and max",
        ("x", "min", "max"),
        1,
        (),
        ("clip",),
        symbolic="clamp",
        kinks=("x - min", "x - max"),
        derivative={
            "x": "where(logical_and(x >= min, x <= max), 1, 0)",
            "min": "where(logical_and(x < min, min < max), 1, 0)",
            "max": "where(logical_or(x > max, min > max), 1, 0)",
        },
    ),
    Operation(
        "where", "elementwise", "x where condition, else y", ("condition", "x", "y"), 3, receiver="x", symbolic="where"
    ),
    # Special functions. torch has no gamma and no factorial: gamma(x) is exp(lgamma(x)) with the sign that gamma has
    # between its poles, and factorial(x) is gamma(x + 1).
    _elementary("erf", "error function", inverse="erfinv", derivative="2/sqrt(pi)*exp(-x**2)"),
    _elementary("erfc", "1 - erf(x)", derivative="-2/sqrt(pi)*exp(-x**2)"),
    _elementary(
        "erfinv",
        "inverse error function",
        inverse="erf",
        domain="abs(x) < 1",
        derivative="sqrt(pi)/2*exp(erfinv(x)**2)",
    ),
    _elementary("lgamma", "log(abs(gamma(x)))", "gammaln", "loggamma", domain=NOT_A_POLE, derivative="digamma(x)"),
    _elementary("digamma", "derivative of lgamma", "psi", domain=NOT_A_POLE),
    _elementary("gamma", "gamma function", "Gamma", domain=NOT_A_POLE, derivative="gamma(x)*digamma(x)"),
    _elementary(
        "factorial",
        "gamma(x + 1)",
        domain="logical_or(x > -1, x != floor(x))",
        definition="gamma(x + 1)",
        derivative="gamma(x + 1)*digamma(x + 1)",
    ),
    _elementary(
        "logit",
        "log(x/(1 - x))",
        inverse="sigmoid",
        domain="logical_and(x > 0, x < 1)",
        definition="log(x/(1 - x))",
        derivative="1/(x*(1 - x))",
    ),
    # Activations.
    _activation(
        "sigmoid",
        "1/(1 + exp(-x))",
        "expit",
        "logistic",
        definition="1/(1 + exp(-x))",
        derivative="sigmoid(x)*(1 - sigmoid(x))",
    ),
    _activation("relu", "max(x, 0)", kinks=("x",), derivative="where(x > 0, 1, 0)"),
    _activation(
        "relu6", "min(max(x, 0), 6)", kinks=("x", "x - 6"), derivative="where(logical_and(x > 0, x < 6), 1, 0)"
    ),
    _activation(
        "leaky_relu",
        "x above 0, negative_slope*x below",
        more=("negative_slope",),
        kinks=("x",),
        derivative="where(x > 0, 1, negative_slope)",
    ),
    _activation(
        "elu", "x above 0, alpha*(exp(x) - 1) below", more=("alpha",), derivative="where(x > 0, 1, alpha*exp(x))"
    ),
    _activation(
        "selu",
        "scaled elu",
        kinks=("x",),
        derivative="1.0507009873554804934193349852946*where(x > 0, 1, 1.6732632423543772848170429916717*exp(x))",
    ),
    _activation(
        "gelu",
        "x times the normal distribution function",
        keywords=("approximate",),
        derivative="(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)",
    ),
    _activation(
        "silu", "x*sigmoid(x)", "swish", definition="x*sigmoid(x)", derivative="sigmoid(x)*(1 + x*(1 - sigmoid(x)))"
    ),
    _activation(
        "mish", "x*tanh(softplus(x))", derivative="tanh(softplus(x)) + x*sigmoid(x)*(1 - tanh(softplus(x))**2)"
    ),
    _activation("softplus", "log(1 + exp(beta*x))/beta", more=("beta", "threshold"), derivative="sigmoid(beta*x)"),
    _activation("softsign", "x/(1 + abs(x))", definition="x/(1 + abs(x))", derivative="1/(1 + abs(x))**2"),
    _activation(
        "logsigmoid", "log(sigmoid(x))", "log_sigmoid", definition="-log(1 + exp(-x))", derivative="sigmoid(-x)"
    ),
    _activation(
        "hardtanh",
        "x kept between -1 and 1",
        more=("min_val", "max_val"),
        derivative="where(logical_and(x > min_val, x < max_val), 1, 0)",
    ),
    _activation(
        "hardsigmoid",
        "x/6 + 1/2 kept between 0 and 1",
        kinks=("x - 3", "x + 3"),
        derivative="where(logical_and(x > -3, x < 3), 1/6, 0)",
    ),
    _activation("tanhshrink", "x - tanh(x)", definition="x - tanh(x)", derivative="tanh(x)**2"),
    # Reductions.
    _reduction("sum", "sum of the entries"),
    _reduction("mean", "mean of the entries", "average"),
    _reduction("prod", "product of the entries"),
    _reduction("var", "variance (unbiased)", parameters=("x", "dim", "unbiased", "keepdim"), keywords=("correction",)),
    _reduction(
        "std",
        "standard deviation (unbiased)",
        parameters=("x", "dim", "unbiased", "keepdim"),
        keywords=("correction",),
        kinks=("max(x) - min(x)",),
    ),
    _reduction(
        "norm",
        "norm of order p (2)",
        parameters=("x", "p", "dim", "keepdim"),
        kinks=("sum(abs(x))",),
        definition="sqrt(sum(x**2))",
    ),
    _extremum("max", "largest entry; max(x, y, ...) entry by entry"),
    _extremum("min", "smallest entry; min(x, y, ...) entry by entry"),
    _reduction("amax", "largest entry along dim"),
    _reduction("amin", "smallest entry along dim"),
    _reduction("argmax", "index of the largest entry"),
    _reduction("argmin", "index of the smallest entry"),
    _reduction("median", "the middle entry (the lower one of two)"),
    Operation(
        "logsumexp",
        "reduction",
        "log(sum(exp(x))) along dim",
        ("x", "dim", "keepdim"),
        1,
        symbolic="logsumexp",
        definition="log(sum(exp(x)))",
    ),
    _along("cumsum", "running sums along dim"),
    _along("cumprod", "running products along dim"),
    _along("softmax", "exp(x)/sum(exp(x)) along dim"),
    _along("log_softmax", "log(softmax(x)) along dim"),
    _along("softmin", "softmax(-x) along dim"),
    Operation(
        "layer_norm",
        "reduction",
        "(x - mean)/sqrt(variance + eps) along the last dimension, times weight plus bias",
        ("x", "normalized_shape", "weight", "bias", "eps"),
        1,
        symbolic="layer_norm",
    ),
    _reduction("all", "whether all entries are true"),
    _reduction("any", "whether some entry is true"),
    # Linear algebra.
    _linear("matmul", "matrix product, x @ other", "x", "other"),
    _linear("mm", "product of two matrices", "x", "mat2"),
    _linear("mv", "matrix times vector", "x", "vec"),
    _linear("bmm", "products of matrices, one for each of a batch", "x", "mat2"),
    _linear("dot", "scalar product of two vectors", "x", "other", definition="sum(x*other)"),
    _linear("inner", "products summed over the last dimension", "x", "other"),
    _linear("outer", "product of every pair of entries", "x", "vec2", aliases=("ger",)),
    _linear("kron", "Kronecker product: every entry of x times other", "x", "other"),
    Operation(
        "cross", "linear algebra", "cross product of vectors of three", ("x", "other", "dim"), 2, symbolic="cross"
    ),
    Operation(
        "einsum",
        "linear algebra",
        "sums of products by their subscripts, as in einsum('ij,jk->ik', A, B)",
        ("equation", "operands"),
        2,
        variadic=True,
        symbolic="einsum",
    ),
    _linear("t", "transposed matrix", "x"),
    _linear("T", "transposed matrix", "x", attribute=True),
    _linear("mT", "transposed matrices (last two dimensions)", "x", attribute=True),
    _linear("trace", "sum of the diagonal", "x"),
    _linear("det", "determinant", "x"),
    _linear("inverse", "inverse matrix", "x", aliases=("inv",)),
    Operation("solve", "linear algebra", "x with x0 @ x = other", ("x", "other"), 2, symbolic="solve"),
    Operation(
        "diag", "linear algebra", "diagonal of a matrix, or matrix of a diagonal", ("x", "diagonal"), 1, symbolic="diag"
    ),
    Operation("tril", "linear algebra", "lower triangle", ("x", "diagonal"), 1, symbolic="tril"),
    Operation("triu", "linear algebra", "upper triangle", ("x", "diagonal"), 1, symbolic="triu"),
    # Convolutions and pooling.
    *[
        Operation(
            f"conv{ndim}d",
            "convolution",
            f"sums of products of kernels and the windows that they move over, in {told}",
            ("x", "weight", "bias", "stride", "padding", "dilation", "groups"),
            2,
            symbolic=f"conv{ndim}d",
        )
        for ndim, told in ((1, "one dimension"), (2, "two dimensions"))
    ],
    *[
        Operation(
            f"max_pool{ndim}d",
            "convolution",
            f"largest entry of each window, in {told}",
            ("x", "kernel_size", "stride", "padding", "dilation", "ceil_mode"),
            2,
            symbolic=f"max_pool{ndim}d",
        )
        for ndim, told in ((1, "one dimension"), (2, "two dimensions"))
    ],
    *[
        Operation(
            f"avg_pool{ndim}d",
            "convolution",
            f"mean of each window, in {told}",
            ("x", "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", *more),
            2,
            symbolic=f"avg_pool{ndim}d",
        )
        for ndim, told, more in ((1, "one dimension", ()), (2, "two dimensions", ("divisor_override",)))
    ],
    # Shapes and joins.
    _shape("reshape", "the same entries in another shape", "x", "shape", variadic=True),
    _shape("view", "the same entries in another shape", "x", "shape", variadic=True),
    _shape("flatten", "all entries in one dimension", "x", "start_dim", "end_dim", required=1),
    _shape("ravel", "all entries in one dimension", "x"),
    _shape("squeeze", "without dimensions of size 1", "x", "dim", required=1),
    _shape("unsqueeze", "with a new dimension of size 1", "x", "dim"),
    _shape("transpose", "two dimensions exchanged", "x", "dim0", "dim1", aliases=("swapaxes",)),
    _shape("permute", "dimensions in another order", "x", "dims", variadic=True),
    _shape("expand", "dimensions of size 1 repeated", "x", "shape", variadic=True),
    _shape("repeat", "tiled", "x", "repeats", variadic=True),
    _shape("flip", "reversed along dims", "x", "dims", variadic=True),
    _shape("roll", "shifted around", "x", "shifts", "dims", required=2),
    _shape("embedding", "rows of a table, by their numbers from 0", "indices", "weight"),
    _shape("cat", "tensors joined along dim", "tensors", "dim", required=1, aliases=("concat", "concatenate")),
    _shape("stack", "tensors joined along a new dim", "tensors", "dim", required=1),
    # Losses.
    _loss("mse_loss", "mean squared error", definition="mean((x - target)**2)"),
    _loss("l1_loss", "mean absolute error", kinks=("x - target",), definition="mean(abs(x - target))"),
    _loss(
        "smooth_l1_loss",
        "squared below beta, absolute above",
        "beta",
        definition="mean(where(abs(x - target) < 1, (x - target)**2/2, abs(x - target) - 1/2))",
    ),
    _loss("huber_loss", "squared below delta, absolute above", "delta"),
    _loss(
        "binary_cross_entropy",
        "of probabilities",
        domain="logical_and(x > 0, x < 1)",
        definition="-mean(target*log(x) + (1 - target)*log(1 - x))",
    ),
    _loss("binary_cross_entropy_with_logits", "of logits", definition="mean(softplus(x) - target*x)"),
    _loss("cross_entropy", "of logits, target a class index or probabilities"),
    _loss("nll_loss", "of log-probabilities, target a class index"),
    _loss("kl_div", "target*(log(target) - x)", "log_target", domain="target >= 0"),
    # Creation.
    _creation("tensor", "a tensor of the given entries", "data"),
    _creation("zeros", "zeros of a shape", "size", variadic=True),
    _creation("ones", "ones of a shape", "size", variadic=True),
    _creation("full", "one value in a shape", "size", "fill_value"),
    _creation("eye", "identity matrix", "n", "m", required=1),
    _creation("arange", "numbers from start to end", "start", "end", "step", required=1),
    _creation("linspace", "steps numbers from start to end", "start", "end", "steps"),
    _creation("zeros_like", "zeros of x's shape", "x"),
    _creation("ones_like", "ones of x's shape", "x"),
    _creation("rand", "uniform random numbers", "size", required=0, variadic=True, symbolic=False),
    _creation("randn", "normal random numbers", "size", required=0, variadic=True, symbolic=False),
    _creation("manual_seed", "seed of the random numbers", "seed", symbolic=False),
    # Logic.
    _logical("logical_and", "both", "x", "other"),
    _logical("logical_or", "either", "x", "other"),
    _logical("logical_not", "not x", "x"),
    _logical("isnan", "whether not a number", "x"),
    # Copies.
    Operation("detach", "copy", "x as a constant: no gradient flows back", symbolic="detach"),
    Operation("clone", "copy", "a copy of x", symbolic="clone", derivative="1"),
    Operation("float", "copy", "x in float32", symbolic="clone", derivative="1"),
    Operation("double", "copy", "x in float64", symbolic="clone", derivative="1"),
)
"""Every operation, by subject. Sums, products, powers, comparisons, indices and literals are syntax and not listed."""

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {name: operation for operation in TABLE for name in (operation.name, *operation.aliases)}
)
"""Every operation by each of its names."""

CONSTANTS: frozenset[str] = frozenset({"pi", "e", "tau", "inf", "nan", "float32", "float64", "int64", "bool"})
"""Names with a meaning unless the user binds them: numbers, and the dtypes that `dtype=` takes."""


@cache
def vocabulary() -> Vocabulary:
    """The table as the parser reads it."""
    return Vocabulary({name: _signature(operation) for name, operation in OPERATIONS.items()}, CONSTANTS)


def _signature(operation: Operation) -> Signature:
    return Signature(
        operation.name,
        operation.parameters,
        operation.required,
        operation.keywords,
        operation.variadic,
        operation.prefix,
        operation.inverse,
        operation.attribute,
        operation.receiver,
    )
