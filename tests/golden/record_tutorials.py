"""Records samples/tutorials/*.out from the real torch: python -m tests.golden.record_tutorials."""

from __future__ import annotations

from importlib.metadata import version

from tests.samples import tutorials


def main() -> None:
    """Record every program."""
    for name in tutorials.programs():
        printed = tutorials.on_torch(name)
        if printed.status or printed.err:
            raise SystemExit(f"{name} failed on torch:\n{printed.err}")
        tutorials.record(name, version("torch"), printed.out)


if __name__ == "__main__":
    main()
