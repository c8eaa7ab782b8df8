"""What an entry of a value or of a derivative is called."""

from __future__ import annotations

from gradcli.calculus.results import Place, Variables


def entry_label(variables: Variables, position: Place = (), function: str = "f") -> str:
    """`f`, `df/dx[0, 1]`, `d2f/dxdy`, `dy/dx`; the function is what is differentiated."""
    where = f"[{', '.join(map(str, position))}]" if position else ""
    order = len(variables)
    if order == 0:
        return f"{function}{where}"
    if order == 1:
        return f"d{function}/d{variables[0]}{where}"
    below = f"d{variables[0]}{order}" if len(set(variables)) == 1 else "".join(f"d{name}" for name in variables)
    return f"d{order}{function}/{below}{where}"
