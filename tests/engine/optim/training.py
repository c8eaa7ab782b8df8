"""A small network trained for 100 steps under each optimiser, and what becomes of it."""

from __future__ import annotations

from typing import Any

OPTIMIZERS = [
    "SGD(params, lr=0.05)",
    "SGD(params, lr=0.05, momentum=0.9)",
    "SGD(params, lr=0.05, weight_decay=0.01)",
    "SGD(params, lr=0.05, momentum=0.9, dampening=0.1, weight_decay=0.01)",
    "SGD(params, lr=0.02, momentum=0.9, nesterov=True)",
    "SGD(params, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.01)",
    "SGD(params, lr=0.001, maximize=True)",
    "SGD(params, lr=torch.tensor(0.05), momentum=0.1)",
    "SGD([{'params': params[:2], 'lr': 0.1}, {'params': params[2:]}], lr=0.01)",
    "Adam(params, lr=0.003)",
    "Adam(params, lr=0.003, betas=(0.8, 0.99), weight_decay=0.1)",
    "Adam(params, lr=0.003, amsgrad=True, weight_decay=0.1)",
    "Adam(params, lr=0.003, maximize=True)",
    "AdamW(params, lr=0.003)",
    "AdamW(params, lr=0.003, weight_decay=0.1)",
    "AdamW(params, lr=0.003, amsgrad=True, betas=(0.8, 0.99))",
    "RMSprop(params, lr=0.001)",
    "RMSprop(params, lr=0.001, momentum=0.5, centered=True)",
    "RMSprop(params, lr=0.001, weight_decay=0.1, alpha=0.9)",
    "Adagrad(params, lr=0.02)",
    "Adagrad(params, lr=0.02, lr_decay=0.01, weight_decay=0.01, initial_accumulator_value=0.1)",
]
SCHEDULES = [
    "StepLR(optimizer, 3, 0.5)",
    "MultiStepLR(optimizer, [2, 4, 4], 0.1)",
    "ExponentialLR(optimizer, 0.9)",
    "LambdaLR(optimizer, lambda epoch: 0.95**epoch)",
    "LambdaLR(optimizer, [lambda epoch: 1 / (1 + epoch)])",
    "CosineAnnealingLR(optimizer, 5)",
    "CosineAnnealingLR(optimizer, 4, eta_min=0.01)",
]
SCHEDULED = [
    ("SGD(params, lr=0.05, momentum=0.9)", "StepLR(optimizer, 30, 0.5)"),
    ("SGD(params, lr=0.1)", "ExponentialLR(optimizer, 0.97)"),
    ("Adam(params, lr=0.01)", "LambdaLR(optimizer, lambda epoch: 0.98**epoch)"),
    ("RMSprop(params, lr=0.003)", "MultiStepLR(optimizer, [20, 60], 0.3)"),
    ("AdamW(params, lr=0.01)", "CosineAnnealingLR(optimizer, 100)"),
]
TEXTS = """
SGD([], lr=0.1)
SGD([leaf()], lr=-1)
SGD(leaf(), lr=.1)
SGD([leaf() * 2], lr=.1)
SGD([1.0], lr=.1)
SGD([leaf()], lr=.1, momentum=-1)
SGD([leaf()], lr=.1, weight_decay=-1)
SGD([leaf()], lr=.1, nesterov=True)
SGD([leaf()], lr=.1, foreach=True, fused=True)
SGD([leaf()], lr=torch.ones(2))
SGD({leaf()})
SGD([leaf()], lr=.1)
SGD([{'params': [leaf()], 'lr': 3}, {'params': leaf()}], lr=.1, momentum=.9)
SGD([('a', leaf()), ('b', leaf())], lr=.1)
SGD([('a', leaf()), leaf()], lr=.1)
SGD([{'params': [shared]}, {'params': [shared]}])
SGD([leaf()]).add_param_group([1])
SGD([leaf()], momentum=.9).state_dict()
SGD([leaf()]).load_state_dict({'param_groups': [], 'state': {}})
SGD([leaf()]).load_state_dict({'param_groups': [{'params': []}], 'state': {}})
Adam([leaf()])
Adam([leaf()], betas=(1., .9))
Adam([leaf()], eps=-1.)
AdamW([leaf()])
RMSprop([leaf()])
RMSprop([leaf()], alpha=-1)
Adagrad([leaf()])
Adagrad([leaf()], lr_decay=-1)
Adagrad([leaf()], initial_accumulator_value=2.).state_dict()
lr_scheduler.StepLR(3, 1)
lr_scheduler.LambdaLR(SGD([leaf()]), [])
lr_scheduler.StepLR(SGD([leaf()]), 1, last_epoch=3)
"""
STEPS = 100


def trained(torch: Any, source: str, schedule: str | None = None) -> dict[str, Any]:
    """The loss at every step, and the parameters after the last, of a network with a 0-dim parameter."""
    nn = torch.nn
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
    scale = nn.Parameter(torch.tensor(1.0))
    x = torch.randn(20, 3)
    y = x.sum(1, keepdim=True)
    params = [*network.parameters(), scale]
    optimizer = eval(f"torch.optim.{source}", {"torch": torch, "params": params})
    scheduler = schedule and eval(schedule, {**vars(torch.optim.lr_scheduler), "optimizer": optimizer})
    criterion = nn.MSELoss()
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = criterion(network(x) * scale, y)
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        losses.append(loss.item())
    return {"losses": losses, "params": [number for each in params for number in each.reshape(-1).tolist()]}


def rates(torch: Any, source: str) -> list[float]:
    """The learning rates of the steps, one epoch each."""
    optimizer = torch.optim.SGD([torch.ones(1)], lr=0.1)
    names = {"optimizer": optimizer}
    scheduler = eval(f"lr_scheduler.{source}", {**names, "lr_scheduler": torch.optim.lr_scheduler})
    found = []
    for _ in range(STEPS):
        optimizer.step()
        found.extend(scheduler.get_last_lr())
        scheduler.step()
    return found


def text(torch: Any, source: str) -> str:
    """The text of an expression's value, or of the exception that it raises."""
    names = {
        name: getattr(torch.optim, name) for name in ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "lr_scheduler"]
    }
    shared = torch.ones(1, requires_grad=True)
    own = {"torch": torch, "shared": shared, "leaf": lambda: torch.ones(1, requires_grad=True)}
    try:
        return repr(eval(source, {**names, **own}))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def outcomes(torch: Any) -> dict[str, Any]:
    """All of the table."""
    return {
        "trained": {source: trained(torch, source) for source in OPTIMIZERS},
        "scheduled": {f"{source} {schedule}": trained(torch, source, schedule) for source, schedule in SCHEDULED},
        "rates": {source: rates(torch, source) for source in SCHEDULES},
        "texts": {source: text(torch, source) for source in TEXTS.strip().splitlines()},
    }
