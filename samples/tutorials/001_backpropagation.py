"""Back-propagation through a polynomial, through the mean of a matrix and through a recurrent cell.

The calculations of source document 001, with the chain rule done by hand beside them.
"""

import gradcli.engine as torch

print("One step: a quartic at 2")
at = torch.tensor(2.0, requires_grad=True)
print(at)
print(at.grad)
quartic = 2 * at**4 + at**3 + 3 * at**2 + 5 * at + 1
print(quartic)
print(quartic.grad_fn.name())
print("by hand", 2 * 16 + 8 + 3 * 4 + 5 * 2 + 1)
quartic.backward()
print(at.grad)
print("by hand", 8 * 8 + 3 * 4 + 6 * 2 + 5)

print("\nThe graph is spent after one backward")
try:
    quartic.backward()
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")

print("\nThe same without touching .grad, and from several outputs at once")
at = torch.tensor(2.0, requires_grad=True)
print(torch.autograd.grad(2 * at**4 + at**3 + 3 * at**2 + 5 * at + 1, at))
print(at.grad)
torch.autograd.backward([at**4, at**3])
print(at.grad)

print("\nSeveral steps: the mean of 2(3x + 2)^2 over a matrix")
matrix = torch.tensor([[1.0, 2, 3], [3, 2, 1]], requires_grad=True)
inner = 3 * matrix + 2
outer = 2 * inner**2
mean = outer.mean()
for stage in (matrix, inner, outer, mean):
    print(stage)
mean.backward()
print(matrix.grad)

print("\nThe three factors of the chain rule, and their product")
with torch.no_grad():
    mean_by_outer = torch.full((2, 3), 1 / 6)
    outer_by_inner = 4 * inner
    inner_by_matrix = 3
    print(mean_by_outer * outer_by_inner * inner_by_matrix)
    print(2 * (3 * torch.tensor([1.0, 2.0, 3.0]) + 2))

print("\nTracking switched off: by the flag, for a block, for a copy")
matrix = torch.ones(2, requires_grad=True)
copy = matrix.clone().detach()
copy += 1
print(matrix, copy)
with torch.no_grad():
    print((matrix * 2).requires_grad)
matrix.requires_grad_(False)
print((matrix * 2).requires_grad)

print("\nA recurrent cell: tanh(Wh h + Wx x + 5)")
# A seed at which the cell is not saturated: where tanh is nearly 1, few of float32's digits are left of 1 - tanh^2.
torch.manual_seed(4741)
hidden_weight = torch.randn(3, 3, requires_grad=True)
input_weight = torch.randn(3, 2, requires_grad=True)
state = torch.randn(1, 3)
entry = torch.randn(1, 2)
from_state = torch.mm(hidden_weight, state.t())
from_entry = torch.mm(input_weight, entry.t())
print(from_state)
print(from_entry)
next_state = (from_state + from_entry + 5).tanh()
print(next_state)
total = next_state.sum()
print(total)
total.backward()
print(input_weight.grad)
print(hidden_weight.grad)
print(entry.grad, state.grad)

print("\nBy hand: (1 - tanh^2) times what the weight was multiplied with")
with torch.no_grad():
    slope = 1 - next_state**2
    print(slope @ entry)
    print(slope @ state)
