"""Where tensors live: on the CPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_DEVICE_TYPES: Final = (
    *("cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia", "xla", "lazy"),
    *("vulkan", "mps", "meta", "hpu", "mtia", "privateuseone"),
)


@dataclass(frozen=True, slots=True, repr=False)
class device:
    """Where a tensor lives (torch.device).

    Raises RuntimeError on a name that torch does not know; tensors live on `cpu` only.
    """

    type: str
    index: int | None

    def __init__(self, type: Any, index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        name, colon, number = str(type).partition(":")
        if name not in _DEVICE_TYPES:
            raise RuntimeError(
                f"Expected one of {', '.join(_DEVICE_TYPES)} device type at start of device string: {name}"
            )
        if colon and not number.isdecimal():
            raise RuntimeError(f"Invalid device string: '{type}'")
        if index is not None and index < 0:
            raise RuntimeError("Device index must not be negative")
        object.__setattr__(self, "type", name)
        object.__setattr__(self, "index", int(number) if number else index)

    def __enter__(self) -> device:
        check_device(self)
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing changes: new tensors are on the CPU anyway."""

    def __call__(self, function: Any) -> Any:
        """Use as a decorator."""
        check_device(self)
        return function

    def __reduce__(self) -> tuple[Any, ...]:
        return named, (self.type, self.index)

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{index})"


device.__module__ = "torch"


def named(type: str, index: int | None) -> device:
    """The device that was pickled."""
    return device(type, index)


def set_default_device(device: Any) -> None:
    """Say where new tensors are to be (torch.set_default_device). Raises as `check_device` for another place."""
    check_device(device)


def get_default_device() -> device:
    """Where new tensors are: on the CPU (torch.get_default_device)."""
    return device("cpu")


def check_device(where: Any) -> None:
    """Accept `None` and the CPU.

    Raises AssertionError, as a torch without CUDA does, or LeftOutError for another device.
    """
    if where is None or where == "cpu":
        return
    found = device(where)
    if found.type == "cuda":
        raise AssertionError("Torch not compiled with CUDA enabled")
    if found.type != "cpu":
        from gradcli.engine.left_out import unsupported
        from gradcli.engine.left_out_names import DEVICES

        raise unsupported(f"the device {str(found)!r}", DEVICES)
