"""Where each operation is: modules are imported when one of their names is first asked for, since a one-liner needs
few of them.

Functions and methods are one implementation: `torch.sin(x)` and `x.sin()` are the same function of `ops.pointwise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from importlib import import_module
from typing import Any, Final

BOTH: Final = {
    "ops.pointwise.arithmetic": (
        "add sub mul div neg positive pow square float_power remainder fmod reciprocal abs sign sgn floor_divide "
        "bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift eq ne lt le gt ge"
    ),
    "ops.pointwise.multivariate": "atan2 hypot ldexp frexp logaddexp logaddexp2 copysign lerp addcmul addcdiv",
    "ops.pointwise.elementary": (
        "exp exp2 expm1 log log2 log10 log1p sqrt rsqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh "
        "floor ceil round trunc frac deg2rad rad2deg sigmoid relu"
    ),
    "ops.pointwise.comparison": (
        "isnan isinf isfinite logical_and logical_or logical_xor logical_not isneginf isposinf signbit isclose "
        "allclose equal"
    ),
    "ops.pointwise.selection": "maximum minimum fmax fmin clamp clamp_min clamp_max heaviside nan_to_num",
    "ops.reduce.sums": "bincount sum nansum mean nanmean prod logsumexp all any count_nonzero",
    "ops.reduce.moments": "var std",
    "ops.reduce.order": (
        "max min amax amin aminmax argmax argmin sort msort argsort topk kthvalue mode median nanmedian cummax cummin "
        "unique"
    ),
    "ops.reduce.scan": "cumsum cumprod logcumsumexp",
    "ops.reduce.softmax": "softmax log_softmax",
    "ops.linalg.norm": "norm dist",
    "ops.linalg.products": "mm mv dot bmm matmul outer inner trace kron cross addmm addmv addr baddbmm addbmm",
    "ops.linalg.solve": "matrix_power det slogdet logdet inverse",
    "ops.linalg.factorizations": "cholesky",
    "ops.shape.views": (
        "reshape flatten ravel unflatten squeeze unsqueeze transpose swapaxes t permute movedim broadcast_to adjoint"
    ),
    "ops.shape.memory": "clone",
    "ops.shape.rearrange": "tile repeat_interleave flip fliplr flipud roll rot90",
    "ops.shape.diagonals": "diagonal diag diag_embed diagflat tril triu",
    "ops.index.indexing": "select narrow index_put",
    "ops.index.gather": "index_select gather take take_along_dim scatter scatter_add index_add index_fill index_copy",
    "ops.join.splitting": "split chunk tensor_split unbind dsplit hsplit split_with_sizes vsplit",
    "ops.attributes": "is_complex is_nonzero is_same_size is_signed",
    "ops.reduce.differences": "diff",
    "ops.index.masks": "masked_select masked_fill masked_scatter nonzero argwhere",
    "ops.shape.strided": "as_strided",
    "ops.pointwise.special": "erf erfc erfinv lgamma digamma polygamma mvlgamma sinc logit xlogy",
    "random.sampling": "bernoulli multinomial",
}
"""By module, the names that are functions of torch and methods of Tensor."""

ONLY_FUNCTIONS: Final = {
    "printing": "set_printoptions",
    "serialization": "save load",
    "batching.mapping": "vmap",
    "autograd.anomaly_mode": "is_anomaly_enabled",
    "ops.pointwise.arithmetic": "rsub",
    "ops.pointwise.selection": "where",
    "ops.reduce.moments": "var_mean std_mean",
    "ops.linalg.products": "tensordot chain_matmul",
    "ops.linalg.einsum": "einsum",
    "ops.shape.views": "atleast_1d atleast_2d atleast_3d",
    "ops.join.joining": "cat stack hstack vstack dstack block_diag column_stack",
    "ops.join.grids": "meshgrid broadcast_tensors cartesian_prod combinations vander broadcast_shapes",
    "ops.reduce.differences": "trapezoid trapz cumulative_trapezoid",
    "ops.shape.diagonals": "tril_indices triu_indices",
    "nn.functional": "cosine_similarity dropout pairwise_distance",
    "ops.nn.padding": "constant_pad_nd",
    "ops.nn.convolution": "conv1d conv2d",
    "ops.nn.pooling": "adaptive_avg_pool1d avg_pool1d max_pool1d max_pool1d_with_indices max_pool2d",
    "ops.nn.activation": "celu prelu selu threshold",
    "creation": (
        "tensor as_tensor from_numpy scalar_tensor zeros ones empty full eye zeros_like ones_like empty_like "
        "full_like asarray set_default_tensor_type HalfTensor FloatTensor DoubleTensor ByteTensor CharTensor "
        "ShortTensor IntTensor LongTensor BoolTensor"
    ),
    "devices": "device set_default_device get_default_device",
    "ranges": "arange linspace logspace",
    "typeinfo": (
        "is_tensor is_floating_point is_inference numel real imag layout strided result_type promote_types can_cast "
        "finfo iinfo typename"
    ),
    "random": "Generator default_generator manual_seed seed initial_seed get_rng_state set_rng_state",
    "random.sampling": "rand randn randint randperm rand_like randn_like randint_like normal",
}
"""By module, the names that are functions of torch alone."""

ONLY_METHODS: Final = {
    "typeinfo": "is_floating_point",
    "ops.attributes": (
        "device get_device is_cpu is_cuda is_meta is_mps is_nested is_quantized is_sparse is_xpu itemsize nbytes "
        "ndimension real imag layout"
    ),
    "ops.shape.views": "view view_as reshape_as expand expand_as unfold",
    "ops.shape.memory": "contiguous is_contiguous stride data_ptr storage_offset",
    "ops.shape.rearrange": "repeat",
    "ops.convert": (
        "to type type_as float double half long int short byte char bool cpu new_zeros new_ones new_full new_tensor "
        "new_empty new"
    ),
    "ops.index.masks": "where",
    "storage": "storage untyped_storage resize_ resize_as_",
    "ops.assign": "copy_ fill_ zero_ fill_diagonal_ index_put_ as_strided_ t_ transpose_ unsqueeze_ squeeze_",
    "ops.randomize": "uniform_ normal_ exponential_ bernoulli_ random_",
    "ops.inplace": (
        "add_ sub_ mul_ div_ pow_ remainder_ fmod_ floor_divide_ atan2_ hypot_ float_power_ clamp_ neg_ exp_ exp2_ "
        "expm1_ log_ log2_ log10_ log1p_ sqrt_ rsqrt_ reciprocal_ sin_ cos_ tan_ asin_ acos_ atan_ sinh_ cosh_ tanh_ "
        "asinh_ acosh_ atanh_ abs_ sign_ sgn_ floor_ ceil_ round_ trunc_ frac_ deg2rad_ rad2deg_ sigmoid_ relu_ "
        "square_ logical_and_ logical_or_ logical_xor_ logical_not_ bitwise_and_ bitwise_or_ bitwise_xor_ "
        "bitwise_not_ bitwise_left_shift_ bitwise_right_shift_ erf_ erfc_ erfinv_ lgamma_ digamma_ sinc_ logit_ "
        "xlogy_ copysign_ nan_to_num_ lerp_ addcmul_ addcdiv_ masked_fill_ index_fill_ index_add_ index_copy_ "
        "scatter_ scatter_add_ tril_ triu_ cumsum_ cumprod_ addmm_ addmv_ addr_ baddbmm_ clamp_max_ clamp_min_ "
        "heaviside_ ldexp_ masked_scatter_"
    ),
}
"""By module, the names that are methods of Tensor alone."""

ONLY_FUNCTIONAL: Final = {
    "ops.nn.activation": (
        "relu6 hardtanh leaky_relu hardsigmoid hardswish elu gelu silu mish softplus softsign tanhshrink logsigmoid "
        "glu softmin"
    ),
    "ops.nn.embedding": "embedding",
    "ops.nn.loss": (
        "mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy binary_cross_entropy_with_logits kl_div"
    ),
    "ops.nn.class_loss": "nll_loss cross_entropy",
    "ops.nn.normalization": "batch_norm layer_norm",
    "ops.nn.padding": "pad",
    "ops.nn.pooling": (
        "adaptive_avg_pool2d adaptive_max_pool1d adaptive_max_pool1d_with_indices adaptive_max_pool2d "
        "adaptive_max_pool2d_with_indices avg_pool2d max_pool2d_with_indices"
    ),
}
"""By module, the names of torch.nn.functional that are no functions of torch itself."""

WRITING_FUNCTIONS: Final = (
    "abs_ acos_ acosh_ addmv_ as_strided_ asin_ asinh_ atan_ atanh_ ceil_ clamp_ clamp_max_ clamp_min_ cos_ cosh_ "
    "deg2rad_ erf_ erfc_ exp2_ exp_ expm1_ fill_ floor_ frac_ index_put_ ldexp_ log10_ log1p_ log2_ log_ logit_ "
    "nan_to_num_ neg_ rad2deg_ reciprocal_ relu_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ "
    "trunc_ xlogy_ zero_"
)
"""The in-place methods that are functions of torch, too."""

ALIASES: Final = {
    "absolute": "abs",
    "absolute_": "abs_",
    "clip_": "clamp_",
    "divide_": "div_",
    "fix_": "trunc_",
    "multiply_": "mul_",
    "negative_": "neg_",
    "subtract_": "sub_",
    "swapaxes_": "transpose_",
    "swapdims_": "transpose_",
    "true_divide_": "div_",
    "arccos": "acos",
    "arccos_": "acos_",
    "arccosh": "acosh",
    "arccosh_": "acosh_",
    "arcsin": "asin",
    "arcsin_": "asin_",
    "arcsinh": "asinh",
    "arcsinh_": "asinh_",
    "arctan": "atan",
    "arctan_": "atan_",
    "arctan2": "atan2",
    "arctan2_": "atan2_",
    "arctanh": "atanh",
    "arctanh_": "atanh_",
    "clip": "clamp",
    "concat": "cat",
    "concatenate": "cat",
    "divide": "div",
    "fix": "trunc",
    "ger": "outer",
    "greater": "gt",
    "greater_equal": "ge",
    "less": "lt",
    "less_equal": "le",
    "moveaxis": "movedim",
    "multiply": "mul",
    "negative": "neg",
    "not_equal": "ne",
    "row_stack": "vstack",
    "subtract": "sub",
    "swapdims": "transpose",
    "true_divide": "div",
    "vdot": "dot",
}
"""torch's second names."""


def _places(*tables: Mapping[str, str]) -> dict[str, str]:
    """The module of each name."""
    return {name: module for table in tables for module, names in table.items() for name in names.split()}


METHODS: Final = _places(BOTH, ONLY_METHODS)
FUNCTIONS: Final = {
    **_places(BOTH, ONLY_FUNCTIONS),
    **{name: METHODS[name] for name in WRITING_FUNCTIONS.split()},
}
FUNCTIONAL: Final = _places(BOTH, ONLY_FUNCTIONS, ONLY_FUNCTIONAL)


_OUT: Final = (
    "abs acos asin atan sinh cosh tanh asinh atanh acosh ceil cos deg2rad digamma erf erfc erfinv exp exp2 expm1 "
    "floor frac lgamma log log10 log1p log2 logit nan_to_num neg rad2deg reciprocal round rsqrt sgn sigmoid sign "
    "signbit sin sinc sqrt square tan trunc isneginf isposinf logical_not msort bernoulli add sub mul div atan2 "
    "copysign float_power floor_divide fmax fmin fmod heaviside hypot logaddexp logaddexp2 maximum minimum pow "
    "remainder xlogy eq ne lt le gt ge logical_and logical_or logical_xor max min inner ldexp bitwise_and "
    "bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift addbmm addcdiv addcmul addmm addmv "
    "addr baddbmm bmm mm mv dot outer matmul kron cross matrix_power chain_matmul tensordot all any amax amin "
    "argmax argmin aminmax cummax cummin cumprod cumsum logcumsumexp kthvalue mode median nanmedian sort topk "
    "logsumexp mean nanmean nansum norm prod sum std var softmax log_softmax arange linspace logspace empty eye "
    "full ones zeros rand randn randint randperm normal cat column_stack dstack hstack vstack stack cholesky "
    "inverse slogdet clamp clamp_max clamp_min lerp threshold diag diff tril triu gather index_add index_copy "
    "index_select masked_select multinomial nonzero scatter scatter_add take take_along_dim where frexp mvlgamma "
    "polygamma"
)
TAKING_OUT: Final = frozenset(_OUT.split())
"""The functions of torch that take `out=` (methods do not); `ops.out` says what becomes of it."""
FUNCTIONAL_TAKING_OUT: Final = frozenset(("gelu", "softplus", "logsigmoid"))
"""Those of torch.nn.functional."""


def find(name: str, places: Mapping[str, str]) -> Callable[..., Any] | None:
    """The operation `name`, or a second name of it, among `places` (METHODS, FUNCTIONS or FUNCTIONAL); None where it
    is not there, and torch has none either.

    Raises LeftOutNameError for a function or method of torch that the engine leaves out.
    """
    canonical = name if name in places else ALIASES.get(name, name)
    module = places.get(canonical)
    if module is None:
        if places is not FUNCTIONAL and not name.startswith("_"):
            _refuse(name, "torch.Tensor" if places is METHODS else "torch")
        return None
    found: Callable[..., Any] = getattr(import_module(f"gradcli.engine.{module}"), canonical)
    if not isinstance(found, type) and getattr(found, "__qualname__", None) == canonical:
        found.__module__ = f"gradcli.engine.{module}"  # where pickle finds it, whatever made it
    if (places is FUNCTIONS and canonical in TAKING_OUT) or (
        places is FUNCTIONAL and canonical in FUNCTIONAL_TAKING_OUT
    ):
        found = accepting_out(found, canonical)
        found.__module__ = "gradcli.engine" if places is FUNCTIONS else "gradcli.engine.nn.functional"
        found.__qualname__ = canonical
    return found


def accepting_out(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """`function` with a further keyword, the tensor or tensors to write the results to, which are then returned; `name`
    is the function's among torch's (`sum`, `linalg_inv`)."""

    @wraps(function)
    def operation(*arguments: Any, out: Any = None, **keywords: Any) -> Any:
        if out is None:
            return function(*arguments, **keywords)
        from gradcli.engine.ops.out import written

        return written(function, name, out, arguments, keywords)

    return operation


def accept_out(namespace: dict[str, Any], prefix: str, names: Iterable[str]) -> None:
    """Let functions of a namespace of torch take `out=`; `prefix` is what torch puts before their names."""
    for name in names:
        namespace[name] = accepting_out(namespace[name], prefix + name)


class LeftOutModules:
    """Asked last, among Python's finders, for a module that nobody found.

    `from torch.nn import Conv3d` tries one where the name is missing, and `import torch.jit` is one: both would end in
    an ImportError that does not say why.
    """

    @staticmethod
    def find_spec(fullname: str, path: Any = None, target: Any = None) -> None:
        """Nothing; raises ImportError with the engine's sentence for a module that it leaves out."""
        if fullname.startswith("gradcli.engine."):
            from gradcli.engine.left_out import refuse_module

            refuse_module(fullname)


def _refuse(name: str, namespace: str) -> None:
    from gradcli.engine.left_out import left_out

    error = left_out(namespace, name)
    if error is not None:
        raise error
