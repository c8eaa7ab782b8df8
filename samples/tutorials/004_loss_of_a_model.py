"""The squared error of a linear model: gradients by backward and by formula, accumulation, one step down.

The calculations of source document 004, on numbers of a seed of our own.
"""

import gradcli.engine as torch

torch.manual_seed(5)


def by_formula(inputs, target, slopes, offset):
    """The derivatives of (target - output)^2 by the slopes and by the offset, done by hand."""
    error = target - (inputs @ slopes.detach() + offset.detach())
    return -2 * error * inputs, -2 * error


print("Two inputs, one output")
inputs = torch.tensor([3.0, 5.0])
target = torch.tensor(0.2)
slopes = torch.randn(2, requires_grad=True)
offset = torch.randn(1, requires_grad=True)
output = torch.matmul(inputs, slopes) + offset
squared_error = (target - output) ** 2
squared_error.backward()
print(f"backward:   {slopes.grad}, {offset.grad}")
print(f"by formula: {by_formula(inputs, target, slopes, offset)}")

print("\nTracked, not tracked, detached")
print((inputs @ slopes + offset).requires_grad)
with torch.no_grad():
    print((inputs @ slopes + offset).requires_grad)
print((inputs @ slopes + offset).detach().requires_grad)

print("\nA frozen parameter gets no gradient")
frozen = torch.randn(2, requires_grad=False)
free = torch.randn(1, requires_grad=True)
((target - inputs @ frozen - free) ** 2).backward()
print(frozen.grad, free.grad)

print("\nThree outputs: backward twice through a retained graph adds, zeroing starts anew")
inputs = torch.randn(5)
targets = torch.ones(3)
slopes = torch.randn(5, 3, requires_grad=True)
offsets = torch.randn(3, requires_grad=True)
squared_error = (targets - (torch.matmul(inputs, slopes) + offsets)).pow(2).sum()
squared_error.backward(retain_graph=True)
print(slopes.grad, offsets.grad)
squared_error.backward(retain_graph=True)
print(slopes.grad, offsets.grad)
slopes.grad.zero_()
offsets.grad.zero_()
squared_error.backward()
print(slopes.grad, offsets.grad)
try:
    squared_error.backward()
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")

print("\nOne step down the gradient makes the loss smaller")
inputs = torch.randn(5)
slopes = torch.randn(5, 3, requires_grad=True)
offsets = torch.randn(3, requires_grad=True)


def loss():
    """The squared error of the model as it is now."""
    return (targets - (inputs @ slopes + offsets)).pow(2).sum()


before = loss()
before.backward()
try:
    slopes -= 0.05 * slopes.grad
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")
with torch.no_grad():
    slopes -= 0.05 * slopes.grad
    offsets -= 0.05 * offsets.grad
print(f"before {before:.4f}, after {loss():.4f}")
