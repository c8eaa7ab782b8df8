"""The namespace torch.optim. What is left out says so when it is asked for."""

from __future__ import annotations

from gradcli.engine.left_out import missing_from
from gradcli.engine.optim import lr_scheduler
from gradcli.engine.optim.adagrad import Adagrad
from gradcli.engine.optim.adam import Adam, AdamW
from gradcli.engine.optim.optimizer import Optimizer
from gradcli.engine.optim.rmsprop import RMSprop
from gradcli.engine.optim.sgd import SGD

__getattr__ = missing_from("torch.optim")


__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "lr_scheduler"]
