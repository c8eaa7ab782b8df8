"""Parts of one's own: a Function with its derivative by hand, a Module made of it, training that stops early."""

import gradcli.engine as torch

nn = torch.nn


class Bump(torch.autograd.Function):
    """exp(-x^2), differentiated by way of its own result."""

    @staticmethod
    def forward(ctx, x):
        height = torch.exp(-(x**2))
        ctx.save_for_backward(x, height)
        return height

    @staticmethod
    def backward(ctx, grad_output):
        x, height = ctx.saved_tensors
        return -2 * x * height * grad_output


class Careless(Bump):
    """The same with the factor 2 forgotten."""

    @staticmethod
    def backward(ctx, grad_output):
        x, height = ctx.saved_tensors
        return -x * height * grad_output


class Landscape(nn.Module):
    """A sum of bumps, whose places, widths and heights are learnt."""

    def __init__(self, count):
        super().__init__()
        self.places = nn.Parameter(torch.linspace(-2, 2, count))
        self.sharpness = nn.Parameter(torch.ones(count))
        self.heights = nn.Linear(count, 1, bias=False)

    def forward(self, x):
        return self.heights(Bump.apply(self.sharpness * (x.unsqueeze(1) - self.places))).squeeze(1)


print("The derivative by hand agrees with differences")
points = torch.tensor([-1.0, 0.25, 2.0], dtype=torch.float64, requires_grad=True)
print(Bump.apply(points))
print(torch.autograd.grad(Bump.apply(points).sum(), points))
print(torch.autograd.gradcheck(Bump.apply, (points,)))

print("\nOne with a factor forgotten does not")
print(torch.autograd.gradcheck(Careless.apply, (points,), raise_exception=False))

print("\nFive bumps learn a curve")
torch.manual_seed(0)
landscape = Landscape(5)
print(landscape)
for name, parameter in landscape.named_parameters():
    print(name, list(parameter.shape))
x = torch.linspace(-2, 2, 60)
curve = torch.sin(2 * x) + 0.3 * x
optimizer = torch.optim.Adam(landscape.parameters(), lr=0.03)
for step in range(1, 1001):
    loss = nn.functional.mse_loss(landscape(x), curve)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print(f"step {step}: loss {loss.item():.5f}")
    if loss.item() < 0.005:
        print(f"good enough after {step} steps")
        break
with torch.no_grad():
    print(landscape(torch.tensor([-1.0, 0.0, 1.0])))
