"""Gradients of operations on a vector: recording, backward, three ways not to record, accumulation.

The calculations of source document 000, on vectors of a seed of our own.
"""

import gradcli.engine as torch

torch.manual_seed(1)


def refusal(action, *arguments):
    """What the call says when it refuses."""
    try:
        action(*arguments)
    except (RuntimeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return "accepted"


print("A vector, and one that asks for its gradient")
plain = torch.randn(3)
point = torch.randn(3, requires_grad=True)
print(plain)
print(point)

print("\nEach operation leaves the node that will differentiate it")
point = torch.randn(3, requires_grad=True)
shifted = point + 2
doubled_square = 2 * shifted * shifted
print(point)
print(shifted)
print(doubled_square)
print(point.mean())

print("\nBackward from a scalar: d mean(2(x + 2)^2) / dx is 4(x + 2)/3")
average = doubled_square.mean()
print(average)
average.backward()
print(point.grad)
print((4 * (point + 2) / 3).detach())

print("\nNothing asked for a gradient, so there is none")
plain = torch.randn(3)
average = (2 * (plain + 2) ** 2).mean()
print(average)
print(refusal(average.backward))
print(plain.grad)

print("\nBackward from a vector needs a vector of its size")
point = torch.randn(3, requires_grad=True)
doubled_square = 2 * (point + 2) ** 2
print(doubled_square)
print(refusal(doubled_square.backward))
print(refusal(doubled_square.backward, torch.ones(2)))
cotangent = torch.tensor([0.1, 1.0, 0.001], dtype=torch.float32)
doubled_square.backward(cotangent)
print(point.grad)
print((cotangent * 4 * (point + 2)).detach())

print("\nNot recorded: the flag taken away, a detached copy, a block without recording")
point = torch.randn(3, requires_grad=True)
print(point)
print(refusal(lambda: point.requires_grad(False)))  # an attribute; the method has an underscore
print(point.requires_grad_(False))
point = torch.randn(3, requires_grad=True)
print(point)
print(point.detach())
point = torch.randn(3, requires_grad=True)
print(point)
with torch.no_grad():
    print(point + 2)

print("\nGradients add up from one backward to the next")
for rounds in (1, 2, 3):
    coefficients = torch.ones(4, requires_grad=True)
    for _ in range(rounds):
        (coefficients * 3).sum().backward()
        print(rounds, coefficients.grad)

print("\nunless they are cleared in between")
coefficients = torch.ones(4, requires_grad=True)
for _ in range(3):
    (coefficients * 3).sum().backward()
    print(coefficients.grad)
    coefficients.grad.zero_()
print(coefficients.grad)

print("\nAn optimiser takes the step and clears the gradients")
coefficients = torch.ones(4, requires_grad=True)
print(refusal(torch.optim.SGD, coefficients, 0.01))
optimizer = torch.optim.SGD([coefficients], lr=0.01)
for _ in range(2):
    (coefficients * 3).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    print(coefficients)
print(coefficients.grad)
