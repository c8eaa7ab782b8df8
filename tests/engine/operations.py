"""One line for each way in which an operation is called."""

from __future__ import annotations

from tests.engine.samples import Sample, table

UNARY = [
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tan"),
    *("atan", "sinh", "cosh", "tanh", "asinh", "square", "abs", "neg", "positive", "sigmoid", "relu", "deg2rad"),
    *("rad2deg", "frac", "absolute", "negative", "arctan", "arcsinh"),
]

POINTWISE = [
    *[sample for name in UNARY for sample in table(f"x.{name}()", f"torch.{name}(s)")],
    *table("torch.sin(M)", "torch.exp(empty)", "torch.tanh(X)"),
    *table("p.asin()", "p.acos()", "p.atanh()", "(x + 1).acosh()", "abs(n)", "-M", "+x"),
    *table("x.sign()", "x.sgn()", "x.floor()", "x.ceil()", "x.round()", "x.trunc()", "n.floor()"),
    *table("x + y", "x + 1", "1 + x", "x + s", "s + 1", "M + x", "M + column", "row + column", "s + r"),
    *table("torch.add(x, y, alpha=2)"),
    *table("x - y", "x - 1", "1 - x", "torch.sub(x, y, alpha=2)", "torch.rsub(x, y)", "torch.rsub(x, 1)", "column - M"),
    *table("x * y", "x * 2", "2 * x", "s * r", "M * x", "row * column", "x * c", "empty * x"),
    *table("x / y", "x / 2", "1 / x", "2 / s", "M / column", "s / r"),
    *table("torch.div(x, y, rounding_mode='floor')", "torch.div(x, 2, rounding_mode='trunc')"),
    *table("x % y", "x % 2", "torch.fmod(x, 2)", "torch.fmod(n, y)", "torch.remainder(n, y)"),
    *table("x ** 2", "x ** 3", "x ** 2.5", "x ** 1", "x ** 0", "x ** 0.5", "x ** -1", "s ** -2", "x ** -0.5", "n ** 2"),
    *table("x ** y", "x ** s", "2 ** x", "torch.pow(2.0, s)", "N ** x", "torch.float_power(x, 2)"),
    *table("torch.atan2(x, y)", "torch.hypot(x, n)", "torch.atan2(M, x)"),
    *table("torch.maximum(x, y)", "torch.minimum(x, y)", "torch.fmax(x, y)", "torch.fmin(x, n)", "torch.maximum(M, x)"),
    *table("torch.where(m, x, y)", "torch.where(m, x, 0.)", "torch.where(mm, M, x)", "torch.where(x > 1, x, s)"),
    *table("x.where(m, y)"),
    *table("x * x.detach()", "x.detach()", smooth=False),
    *table("x.clamp_min(1)", "x.clamp_max(1)", "torch.clamp_min(x, n)", "torch.ldexp(x, y)"),
    *table("torch.frexp(c)", smooth=False),
    *table("x.clamp(0.6, 1.5)", "x.clamp(min=1)", "x.clamp(max=1)", "torch.clamp(x, n, p)", "torch.clip(x, 0.6, 1.5)"),
    # torch multiplies by a sixth of float32 in every dtype.
    *table("F.hardsigmoid(x)", at={"x": [-2.2, -0.7, -0.1, 0.3, 1.4, 4.7]}, double=False),
    *table("x == y", "x > 1", "x <= y", "x != x", "torch.isnan(x)", "(x > 1) & (y > 1)", "x.isfinite()"),
    *table("x.isposinf()", "x.isneginf()", "n.signbit()"),
]

REDUCE = [
    *table("x.sum()", "s.sum()", "M.sum(0)", "M.sum(1, keepdim=True)", "X.sum((0, 2))", "X.sum((0, 2), keepdim=True)"),
    *table("M.sum(-1)"),
    *table("s.sum(0)", "empty.sum()", "empty.sum(0)", "M.sum(dtype=torch.float64)", "torch.sum(M, dim=1)"),
    *table("M.sum(axis=0)"),
    *table("x.mean()", "M.mean(0)", "M.mean((0, 1))", "M.mean(1, keepdim=True)", "s.mean()"),
    *table("torch.mean(X, dim=(1, 2))"),
    *table("M.nansum()", "M.nansum(0)", "M.nanmean()", "M.nanmean(0)"),
    *table("x.prod()", "s.prod()", "z.prod()", "M.prod(0)", "M.prod(1, keepdim=True)", "(M * z).prod(1)", "X.prod(-1)"),
    *table("A.var()", "A.var(0)", "A.var(unbiased=False)", "A.var(dim=1, correction=0, keepdim=True)"),
    *table("X.var((0, 2))", "A.var(False)"),
    *table("A.std()", "A.std(0)", "A.std(1, False)", "A.std(dim=1, keepdim=True)", "torch.std(X, dim=(1, 2))"),
    *table("torch.var_mean(A)", "torch.std_mean(A, dim=0)", "torch.var_mean(X, dim=(0, 1), keepdim=True)"),
    *table("x.logsumexp(0)", "A.logsumexp(1)", "A.logsumexp((0, 1))", "X.logsumexp(-1, keepdim=True)"),
    *table("s.logsumexp(0)"),
    *table("x.softmax(0)", "torch.softmax(A, 1)", "torch.softmax(X, dim=-2)", "s.softmax(0)"),
    *table("F.layer_norm(M, (3,))", "F.batch_norm(A, None, None, training=True)"),
    *table("F.layer_norm(X, (3, 4))", text=False),
    *table("torch.log_softmax(A, 0)", "X.log_softmax(-1)", "F.softmin(x, 0)", "F.softmin(A, dim=1)"),
    *table("A.cumsum(0)", "A.cumsum(-1)", "s.cumsum(0)", "X.cumsum(1)", "A.cumprod(0)", "z.cumprod(0)"),
    *table("(M * z).cumprod(1)", "s.cumprod(0)"),
    *table("torch.logcumsumexp(A, 0)"),
    *table("(x > 1).all()", "(M > 0).any(0)", "(M > 0).all(1, keepdim=True)", "M.count_nonzero()"),
    *table("M.count_nonzero(0)"),
]

ORDER = [
    *table("x.max()", "M.min()", "s.max()", "A.max(0)", "A.max(dim=1, keepdim=True)", "A.min(0)", "A.min(-1).values"),
    *table("s.max(0)"),
    *table("torch.max(x, y)", "torch.min(x, y)", "torch.max(M, x)"),
    *table("A.amax()", "A.amax(0)", "A.amax((0, 1))", "X.amin((0, 2), keepdim=True)", "A.amin(1)", "torch.aminmax(A)"),
    *table("torch.aminmax(A, dim=0)"),
    *table("x.argmax()", "A.argmax(0)", "A.argmin(1, keepdim=True)", "A.argmin()"),
    *table("x.median()", "v.median()", "A.median(0)", "X.median(-1, keepdim=True)", "A.nanmedian()", "A.nanmedian(1)"),
    *table("A.sort()", "A.sort(0, descending=True)", "A.sort(stable=True)", "torch.msort(A)", "x.argsort()"),
    *table("A.argsort(0, descending=True)"),
    *table("A.topk(2)", "A.topk(1, 0)", "x.topk(2, largest=False)", "A.kthvalue(2)", "A.kthvalue(1, 0, True)"),
    *table("A.mode(0)"),
    *table("A.cummax(0)", "A.cummin(1)"),
]

NORM = [
    *table("x.norm()", "A.norm()", "x.norm(p=1)", "x.norm(p=3)", "x.norm(p=1.5)", "x.norm(p=0.5)"),
    *table("x.norm(p=float('inf'))", "n.norm(p=float('-inf'))"),
    *table("A.norm(dim=0)", "A.norm(2, 1, keepdim=True)", "X.norm(dim=(0, 1))", "s.norm()", "x.norm(p=0)"),
    *table("torch.norm(A, 3, 1)"),
    *table("torch.linalg.norm(x)", "torch.linalg.norm(A)", "torch.linalg.norm(A, dim=0)"),
    *table("torch.linalg.vector_norm(X, 3, dim=(0, 2))"),
    *table("torch.linalg.matrix_norm(A)", "torch.linalg.norm(A, 1)", "torch.linalg.norm(A, float('inf'))"),
    *table("torch.cosine_similarity(x, y, dim=0)", "torch.pairwise_distance(M, N)", graph=False),
    *table("torch.dist(x, y)", "torch.dist(x, y, 1)", "torch.dist(A, x, 3)"),
]

MATRIX = [
    *table("torch.matmul(A, B)", "M.matmul(x)"),
    *table("A @ B", "A.mm(B)", "torch.mm(M, A)", "A @ x", "x @ A", "A.mv(x)", "x @ y", "x.dot(y)", "M.mT @ N", "A @ K"),
    *table("X @ Y", "X.bmm(Y)", "X @ v", "X @ W", "A @ X", "x @ X", "X @ Y[0]", "X[0] @ Y", "Q @ A[:2, :2]"),
    *table("Q @ Q.mT"),
    *table("Q[:, :1] @ Q.mT", "V @ X", "empty @ A", "empty.mT @ empty"),
    *table("torch.addmm(A, A, B)", "torch.addmm(x, A, B, beta=2, alpha=0.5)", "torch.addmv(x, A, y)"),
    *table("torch.addr(A, x, y)", "torch.addbmm(A[:, :3], X @ Y, X @ Y)"),
    *table("torch.baddbmm(A, X, Y)", "torch.addmm(s, M, A)"),
    *table("torch.outer(x, y)", "torch.ger(x, b)", "torch.inner(x, y)", "torch.inner(A, M)", "torch.kron(M, K)"),
    *table("torch.cross(x, y, dim=0)"),
    *table("torch.linalg.cross(A, B)", "torch.tensordot(A, B, dims=1)"),
    *table("torch.tensordot(X, Y, dims=([0, 2], [0, 1]))", "torch.tensordot(x, y, dims=0)"),
    *table("A.trace()", "torch.matrix_power(A, 2)", "torch.matrix_power(A, 3)", "torch.matrix_power(S, -2)"),
    *table("torch.matrix_power(A, 5)", text=False),
    *table("torch.linalg.multi_dot([A, B, A])", graph=False),
    *table("F.linear(M, A)", "F.linear(M, A, x)", "F.linear(x, A)", "F.linear(x, A, y)", graph=False),
    *table("F.linear(X, Y[0].T, x)", graph=False),
    *table("torch.einsum('ij,jk->ik', A, B)", "torch.einsum('i,i->', x, y)", "torch.einsum('ii->i', A)", graph=False),
    *table("torch.einsum('ij->ji', M)", graph=False),
    *table("torch.einsum('bij,bjk->bik', X, Y)", "torch.einsum('i,j->ij', x, b)", graph=False),
    *table("torch.einsum('ij->', M)", "torch.einsum('ii', A)", graph=False),
    *table("torch.einsum('...ij,jk->...ik', X, W)", "torch.einsum('ij,j', M, x)", graph=False),
    *table("torch.einsum('i,ij,j->', x, A, y)", graph=False),
]

DECOMPOSE = [
    *table("S.det()", "A.det()", "torch.linalg.det(G)", "torch.linalg.slogdet(S)", "torch.logdet(S)", "S.inverse()"),
    *table("torch.linalg.inv(G)"),
    *table("torch.linalg.solve(S, x)", "torch.linalg.solve(S, A)", "torch.linalg.solve(G, K.T)", graph=False),
    *table("torch.linalg.cholesky(A @ A.T + S + S.T)", "torch.linalg.cholesky(G + G.mT)", text=False),
    *table("torch.cholesky(S + S.T)", "torch.cholesky(G + G.mT, upper=True)", "torch.slogdet(S)", text=False),
    *table("torch.linalg.eigvalsh(S + S.T)", "torch.linalg.eigh(A + A.T)[0]", graph=False, text=False),
    *table("torch.linalg.svdvals(A)", graph=False, text=False),
    *table("torch.linalg.eigh(S + S.T)[1].square()", "torch.linalg.svd(A)[0].square()", graph=False, text=False),
    *table("A.norm(p='nuc')", "torch.linalg.norm(A, 2)", graph=False, text=False),
]

WINDOWS = [
    *table(
        "torch.conv1d(X, Y.mT[..., :2], b, padding=1)", "torch.conv1d(X[0], Y[0, :, None, :2][:3], None, 2, 1, 1, 3)"
    ),
    *table("torch.conv2d(Q, Q[:, :, :2], b)", "torch.conv2d(Q, Q[:, :1, :2], b, (2, 1), (1, 2), (1, 2), 2)"),
    *table("F.conv2d(Q[0], Q[..., :1], padding='same')", "F.conv1d(X, Y.mT[..., :3], b, padding='valid')"),
    *table(
        "torch.max_pool1d(X, 2)", "torch.max_pool1d(X[0], 3, 2, 1, 1, True)", "torch.max_pool1d_with_indices(X, 2, 1)"
    ),
    *table("torch.max_pool2d(Q, 2, 1)", "torch.max_pool2d(X, (1, 2), None, 0, (1, 2))", "F.max_pool2d(Q, 2, 2, 1)"),
    *table("F.max_pool2d_with_indices(X, 2, ceil_mode=True)"),
    *table("torch.avg_pool1d(X, 2)", "torch.avg_pool1d(X, 3, 2, 1, True, False)", "F.avg_pool2d(Q, 2, 1)"),
    *table("F.avg_pool2d(X, 2, 2, 1, True, False)", "F.avg_pool2d(X, (1, 3), divisor_override=2)"),
    *table("torch.adaptive_avg_pool1d(X, 3)", "F.adaptive_max_pool1d(X, 3)", "F.adaptive_avg_pool2d(X, (2, None))"),
    *table("F.adaptive_avg_pool2d(Q, 1)", "F.adaptive_max_pool2d(Q, (2, 1))"),
    *table("F.adaptive_max_pool1d_with_indices(X, 2)", "F.adaptive_max_pool2d_with_indices(Q, 2)"),
    *table("F.pad(X, (1, 2), mode='reflect')", "F.pad(Q, (1, 0, 2, 1), mode='reflect')"),
    *table("F.pad(X, (2, -1), mode='replicate')", "F.pad(Q, (1, 0, 2, 1), mode='replicate')"),
]

SHAPE = [
    *table("A.view(9)", "A.view(-1)", "A.view(3, 3)", "s.view(1)", "one.view(())", "A.reshape(9)", "A.t().reshape(9)"),
    *table("M.reshape(3, -1)", "A.t().reshape(3, 3)"),
    *table("A.view_as(B)", "M.reshape_as(K)", "A.flatten()", "X.flatten(1)", "A.ravel()", "A.t().flatten()"),
    *table("s.flatten()", "X.flatten(0, 1)"),
    *table("x.unflatten(0, (1, 3))", "X.unflatten(-1, (2, -1))"),
    *table("x.unsqueeze(0)", "x.unsqueeze(-1)", "s.unsqueeze(0)", "row.squeeze()", "row.squeeze(0)", "row.squeeze(1)"),
    *table("M[:1].squeeze((0,))"),
    *table("A.t()", "x.t()", "A.T", "A.mT", "A.H", "A.transpose(0, 1)", "X.transpose(-1, 0)"),
    *table("A.swapaxes(0, 1)"),
    *table("X.permute(2, 0, 1)", "torch.permute(X, (1, 0, 2))", "X.movedim(0, 1)", "X.movedim((0, 1), (2, 0))"),
    *table("x.expand(2, 3)", "column.expand(-1, 4)", "x.expand_as(M)", "x.broadcast_to(2, 3)", "s.expand(2)"),
    *table("torch.broadcast_to(row, (2, 3))"),
    *table("torch.atleast_1d(s)", "torch.atleast_2d(x)", "torch.atleast_2d(s)", "torch.atleast_3d(x)"),
    *table("torch.atleast_1d(x)"),
    *table("x.unfold(0, 2, 1)", "X.unfold(1, 2, 1)", "x.clone()", "A.t().contiguous()", "A.contiguous()"),
    *table("x.to(torch.float64)", "x.double()", "x.half().float()", "x.type(torch.float64)", text=False, smooth=False),
    *table("x.to('cpu')", "x.long()", "x.to(c)", text=False, smooth=False),
    *table("x.repeat(2)", "M.repeat(2, 1, 2)", "x.tile(2)", "M.tile((2,))", "x.repeat_interleave(2)"),
    *table("M.repeat_interleave(2, 1)"),
    *table("x.repeat_interleave(torch.tensor([1, 0, 2]))", graph=False),
    *table("A.flip(0)", "X.flip((0, 2))", "A.fliplr()", "A.flipud()", "x.roll(1)", "A.roll(1)"),
    *table("A.roll((1, 2), (0, 1))", "A.rot90()", "M.rot90(3)"),
    *table("A.diagonal()", "M.diagonal(1)", "X.diagonal(0, 1, 2)", "A.diag()", "x.diag()", "x.diag(1)"),
    *table("torch.diag_embed(M)", "torch.diagflat(b, -1)"),
    *table("x.diff()", "A.diff(dim=0)", "A.diff(n=2)", "torch.trapezoid(x)", "torch.trapezoid(A, dx=0.5, dim=0)"),
    *table("torch.trapz(x)", "torch.cumulative_trapezoid(A)", "torch.vander(w)", "torch.combinations(x)"),
    *table("torch.cartesian_prod(x, b)", "torch.block_diag(A, M)", "torch.constant_pad_nd(A, (1, 2), 0.5)"),
    *table("A.as_strided((2, 2), (1, 2))", "row.expand(2, 3).as_strided((2, 2), (1, 1))"),
    *table("A.tril()", "M.triu(1)", "X.tril(-1)"),
    *table("A.narrow(0, 1, 2)", "A.select(0, 1)", "A.select(-1, -1)"),
]

INDEX = [
    *table("x[0]", "A[0]", "A[0, 1]", "A[0][1]", "x[1:]", "x[1:2]", "x[:]", "x[...]", "A[:, 0]", "A[1:, 1:]"),
    *table("x[::2]", "x[-1]", "x[3:]"),
    *table("x[None]", "x[:, None]", "A[..., 0]", "X[0, ..., 1]", "s[None]", "s[...]", "A[:, None, 1]", "A[(0, 1)]"),
    *table("A[:, :]", "s[()]"),
    *table("x[i]", "A[i]", "A[:, i]", "A[i, i]", "x[m]", "M[mm]", "A[m]", "A[:, m]", "A[m, 0]", "A[A > 1]"),
    *table("x[[0, 2]]", "A[[0, 1], [1, 1]]"),
    *table("X[:, i]", "X[0, i]", "X[:, j, 1]", "X[i[:1], :, i]", "X[..., i]", "x[I]", "A[i[0]]", "A[None, i]", "x[j]"),
    *table("x[torch.tensor(1)]", "x[True]"),
    *table("x.index_select(0, i)", "A.index_select(1, i)", "A.gather(1, I)", "A.gather(0, I.T)", "torch.take(A, i)"),
    *table("torch.take_along_dim(A, I, 1)"),
    *table("x.masked_select(m)", "A.masked_select(m)", "x.masked_fill(m, 0)", "A.masked_fill(m, -1.5)"),
    *table("x.masked_fill(m, s)"),
    *table("A.scatter(1, I, 1.0)", "A.scatter(1, I[:, :1], K[:, :1])", "A.scatter_add(1, I, K)", graph=False),
    *table("x.scatter_add(0, i, b)", graph=False),
    *table("x.index_add(0, i, b)", "A.index_add(0, i, M)", "A.index_add(1, i, K, alpha=2)", "x.index_fill(0, i, 1.0)"),
    *table("x.index_copy(0, i, b)"),
    *table("x.index_put((i,), b)", "x.index_put((j,), y, accumulate=True)"),
    *table("x.masked_scatter(m, y)", graph=False),
    *table("F.embedding(j, A)", "F.embedding(I, A)", "F.embedding(i[0], M)", "F.embedding(j[:0], A)"),
    *table("F.embedding(j, A, scale_grad_by_freq=True)", "F.embedding(I, A, padding_idx=-1)", smooth=False),
    *table("torch.bincount(j)", "torch.bincount(j, minlength=4)", "torch.bincount(j, c, 3)"),
    *table("torch.nonzero(mm)", "x.nonzero()", "torch.argwhere(mm)"),
]

JOIN = [
    *table("torch.cat([x, y])", "torch.cat([M, N], 1)", "torch.concat([M, row])", "torch.cat((x, b, one))"),
    *table("torch.cat([empty, M])", "torch.cat([x, x])"),
    *table("torch.stack([x, y])", "torch.stack([M, N], -1)", "torch.stack([s, r])", "torch.hstack([x, y])"),
    *table("torch.hstack([M, N])"),
    *table("torch.vstack([x, y])", "torch.vstack([M, row])", "torch.dstack([x, y])"),
    *table("A.split(2)", "A.split([1, 2])", "A.split(2)[1]", "A.chunk(2)", "A.chunk(2, 1)[0]", "A.unbind()"),
    *table("x.hsplit((1,))", "A.hsplit(3)", "A.vsplit(3)[1]", "torch.column_stack((x, y))"),
    *table("X.dsplit(2)", "A.split_with_sizes((1, 2))"),
    *table("A.unbind(1)[2]", "list(A)[0]", "tuple(x)"),
    *table("torch.tensor_split(A, 2)", "torch.tensor_split(v, (1, 3))"),
    *table("torch.meshgrid(x, b, indexing='ij')", "torch.meshgrid(x, b, indexing='xy')"),
    *table("torch.broadcast_tensors(x, column)"),
]

OPERATIONS: list[Sample] = [*POINTWISE, *REDUCE, *ORDER, *NORM, *MATRIX, *DECOMPOSE, *WINDOWS, *SHAPE, *INDEX, *JOIN]
"""All samples of the operations of tensors."""
