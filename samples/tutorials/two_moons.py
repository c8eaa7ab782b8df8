"""Tells two moons apart: a small network with batch normalisation, trained on logits, with SGD and then with Adam."""

import math

import gradcli.engine as torch

nn = torch.nn


def moons(count, noise):
    """Points on two half circles that reach into each other, and which of the two each is of."""
    angle = math.pi * torch.rand(count)
    upper = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
    lower = torch.stack([1 - torch.cos(angle), 0.5 - torch.sin(angle)], dim=1)
    labels = torch.cat([torch.zeros(count), torch.ones(count)])
    return torch.cat([upper, lower]) + noise * torch.randn(2 * count, 2), labels


def accuracy(model, points, labels):
    model.eval()
    with torch.no_grad():
        guesses = (model(points).squeeze(1) > 0).float()
    model.train()
    return (guesses == labels).float().mean().item()


torch.manual_seed(0)
points, labels = moons(100, 0.1)
unseen, unseen_labels = moons(100, 0.1)
criterion = nn.BCEWithLogitsLoss()
for make, steps in (
    (lambda parameters: torch.optim.SGD(parameters, lr=0.5, momentum=0.9), 60),
    (lambda parameters: torch.optim.Adam(parameters, lr=0.02), 120),
):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(2, 16, bias=False), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = make(model.parameters())
    print(type(optimizer).__name__)
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = criterion(model(points).squeeze(1), labels)
        loss.backward()
        optimizer.step()
        if step % (steps // 4) == 0:
            print(f"step {step:3}  loss {loss.item():.4f}  right {100 * accuracy(model, points, labels):.1f}%")
    print(f"unseen: {100 * accuracy(model, unseen, unseen_labels):.1f}%")

print(model)
print("batches seen:", model[1].num_batches_tracked)
print("running mean:", model[1].running_mean[:4])
print("running variance:", model[1].running_var[:4])
