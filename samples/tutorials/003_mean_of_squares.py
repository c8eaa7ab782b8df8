"""The mean of the squares of a matrix: what is recorded, what has a gradient, and what is refused.

The calculations of source document 003 up to its network, which 003_network.py has.
"""

import warnings

import gradcli.engine as torch

print("Recording: at creation, later, not for a block, not at all")
zero = torch.zeros(1, requires_grad=True)
with torch.no_grad():
    print((zero * 2).requires_grad)
print((zero * 2).requires_grad)
late = torch.zeros(1)
print(late.requires_grad_(True))
for recording in (False, True):
    with torch.set_grad_enabled(recording):
        print(recording, (zero * 2).requires_grad, torch.is_grad_enabled())
torch.set_grad_enabled(False)
print((zero * 2).grad_fn)
torch.set_grad_enabled(True)

print("\nThe mean of squares")
torch.manual_seed(3)
entries = torch.randn(2, 2, requires_grad=True)
squares = entries**2
print(entries)
print(squares)
print(squares.grad_fn.name())
mean = squares.mean()
print(mean)
print(torch.zeros(2).mean().grad_fn)

print("\nOnly leaves keep a gradient; asking another tensor for one is warned of")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(mean.grad)
print(caught[0].category.__name__, str(caught[0].message).split(". ")[0])

print("\nBackward: d mean(x^2) / dx is x/2 for four entries")
mean.retain_grad()
mean.backward()
print(mean.grad)
print(entries.grad)
print(entries / 2)

print("\nA matrix has no gradient without weights: the whole Jacobian is another thing to ask for")
squares = entries**2
print(squares)
try:
    squares.backward()
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")
print(torch.autograd.functional.jacobian(lambda row: row**2, entries[0].detach()))
