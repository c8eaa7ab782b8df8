"""A critic that tells two clouds of points apart, kept from rising too steeply by a penalty on its gradient
(Gulrajani et al., 2017): the loss holds a gradient, so that its own gradient is a second derivative."""

import math

import gradcli.engine as torch

nn = torch.nn
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
angle = 2 * math.pi * torch.rand(64, 1)
ring = 2 * torch.cat([torch.cos(angle), torch.sin(angle)], dim=1) + 0.05 * torch.randn(64, 2)
cloud = 0.5 * torch.randn(64, 2)

critic = nn.Sequential(
    nn.Linear(2, 32), nn.LayerNorm(32), nn.LeakyReLU(0.2), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1)
)
optimizer = torch.optim.Adam(critic.parameters(), lr=5e-3, betas=(0.5, 0.9))


def slopes(points, create_graph):
    """The length of the critic's gradient at each point."""
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(points).sum(), points, create_graph=create_graph)
    return gradient.norm(dim=1)


for step in range(161):
    share = torch.rand(64, 1)
    between = share * ring + (1 - share) * cloud
    penalty = ((slopes(between, create_graph=True) - 1) ** 2).mean()
    distance = critic(ring).mean() - critic(cloud).mean()
    loss = 10 * penalty - distance
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step == 0:
        first = critic[0].weight.grad
        print("gradient of the first weights:", first[:2])
    if step % 40 == 0:
        print(f"step {step:3}  loss {loss.item():8.4f}  penalty {penalty.item():.4f}  distance {distance.item():.4f}")

steep = slopes(torch.cat([ring, cloud]), create_graph=False)
print(f"slope: {steep.mean().item():.3f} on average")
points = torch.tensor([[1.0, 0.5]], requires_grad=True)
(gradient,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
print(gradient)
