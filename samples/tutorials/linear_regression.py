"""A line through noisy points, four times: by hand with .data or unrecorded, with an optimiser, in batches."""

import gradcli.engine as torch

nn = torch.nn
data = torch.utils.data

torch.manual_seed(0)
abscissae = torch.linspace(-1, 1, 50).reshape(-1, 1)
ordinates = 3 * abscissae - 0.5 + 0.1 * torch.randn(50, 1)


def report(way, slope, intercept, loss):
    print(f"{way}: slope {slope.item():.4f}, intercept {intercept.item():.4f}, loss {loss.item():.5f}")


def squared_error(slope, intercept):
    return ((slope * abscissae + intercept - ordinates) ** 2).mean()


slope, intercept = (torch.zeros(1, requires_grad=True) for _ in range(2))
for _ in range(100):
    loss = squared_error(slope, intercept)
    loss.backward()
    for parameter in (slope, intercept):
        parameter.data -= 0.1 * parameter.grad.data
        parameter.grad.zero_()
report("through .data", slope, intercept, squared_error(slope, intercept))

slope, intercept = (torch.zeros(1, requires_grad=True) for _ in range(2))
for _ in range(100):
    loss = squared_error(slope, intercept)
    loss.backward()
    with torch.no_grad():
        slope -= 0.1 * slope.grad
        intercept -= 0.1 * intercept.grad
    slope.grad = intercept.grad = None
report("without recording", slope, intercept, squared_error(slope, intercept))

line = nn.Linear(1, 1)
optimizer = torch.optim.SGD(line.parameters(), lr=0.1)
for _ in range(100):
    loss = nn.functional.mse_loss(line(abscissae), ordinates)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
report("with an optimiser", line.weight, line.bias, squared_error(line.weight, line.bias))

line = nn.Linear(1, 1)
optimizer = torch.optim.Adam(line.parameters(), lr=0.1)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)
loader = data.DataLoader(data.TensorDataset(abscissae, ordinates), batch_size=16, shuffle=True)
for epoch in range(30):
    for batch, targets in loader:
        optimizer.zero_grad()
        nn.functional.mse_loss(line(batch), targets).backward()
        optimizer.step()
    schedule.step()
    if epoch % 10 == 9:
        print(f"after epoch {epoch + 1}: learning rate {schedule.get_last_lr()[0]}")
report("in batches", line.weight, line.bias, squared_error(line.weight, line.bias))

# The least-squares line is known exactly: the yardstick for the four.
design = torch.cat([abscissae, torch.ones(50, 1)], dim=1)
slope, intercept = torch.linalg.solve(design.T @ design, design.T @ ordinates)
report("exactly", slope, intercept, squared_error(slope, intercept))
