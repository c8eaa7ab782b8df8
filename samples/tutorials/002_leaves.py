"""Partial derivatives of two variables, a linear model's step, and the attributes that say what gets a gradient.

The calculations of source document 002, on numbers of a seed of our own.
"""

import gradcli.engine as torch


def describe(name, tensor):
    """The attributes that the graph hangs on; .grad only where it may be asked for."""
    grad = tensor.grad if tensor.is_leaf else "(not a leaf)"
    node = tensor.grad_fn and tensor.grad_fn.name()
    print(f"{name}: data={tensor.data}, grad={grad}, grad_fn={node}", end=", ")
    print(f"is_leaf={tensor.is_leaf}, requires_grad={tensor.requires_grad}")


print("Two variables: p^3 - q^2 at 5 and 6")
p = torch.tensor([5.0], requires_grad=True)
q = torch.tensor([6.0], requires_grad=True)
print(p)
print(q)
difference = p**3 - q**2
print(difference)
print(p.grad, q.grad)
difference.backward()
print(p.grad, "by hand", 3 * 5**2)
print(q.grad, "by hand", -2 * 6)

print("\nA linear model on ten features")
torch.manual_seed(2)
slopes = torch.randn(10, 1, requires_grad=True)
offset = torch.randn(1, requires_grad=True)
features = torch.rand(1, 10)
print(slopes)
print(offset)
print(features)
prediction = torch.matmul(features, slopes) + offset
print(prediction)
shortfall = 1 - prediction
print(shortfall)
shortfall.backward()
print(slopes.grad)
print(offset.grad)

print("\nA step; the result of an unrecorded operation asks for no gradient any more")
with torch.no_grad():
    slopes = slopes - 0.001 * slopes.grad.data
print(slopes)
print(slopes.requires_grad)
try:
    slopes.sum().backward()
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")

print("\nA product of two numbers, neither of which asks for a gradient")
two, three = torch.tensor(2.0), torch.tensor(3.0)
six = two * three
print(two, three, six)
for name, tensor in (("two", two), ("three", three), ("six", six)):
    describe(name, tensor)

print("\nOne of them asks")
two = torch.tensor(2.0, requires_grad=True)
six = two * three
print(two, six)
for name, tensor in (("two", two), ("three", three), ("six", six)):
    describe(name, tensor)
six.backward()
print(two.grad, three.grad)

print("\nA product of three, all of which ask")
two, three, four = (torch.tensor(value, requires_grad=True) for value in (2.0, 3.0, 4.0))
six = two * three
product = six * four
product.backward()
for name, tensor in (("two", two), ("three", three), ("four", four), ("six", six), ("product", product)):
    describe(name, tensor)
print([node.name() for node, _ in product.grad_fn.next_functions])
