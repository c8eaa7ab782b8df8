"""What the command line says of a class's file, beside the key."""

from __future__ import annotations

from gradcli.homework.classfile.plan import AttemptRule, Plan
from gradcli.language.values import frozen, replace


@frozen
class Wishes:
    """`--student-column`, `--attempt`, `--blank` and `--preview`."""

    students: tuple[str, ...]
    attempt: AttemptRule | None
    blanks: tuple[str, ...]
    previews: bool

    def applied(self, plan: Plan) -> Plan:
        """The key's plan with what is said here, which goes before."""
        blanks = (*plan.blanks, *(each.strip() for each in self.blanks))
        return replace(plan, student=self.students or plan.student, attempt=self.attempt, blanks=blanks)
