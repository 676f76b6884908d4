"""`make clinical`: the report on published patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from cluneal.pathway import URGENCIES

from .series import Figures, Patient, figures, patients

NAMES = {
    "first": "true cause first",
    "first_three": "true cause in the first three",
    "cluneal_in_three": "a cluneal cause in the first three, of cluneal patients",
    "cluneal_first_wrongly": "a cluneal cause first, of the others",
    "emergencies_met": "emergencies called emergency",
    "emergencies_same_day": "emergencies called same day or sooner",
    "urgent_met": "urgent called within two weeks or sooner",
    "urgent_met_by_an_answer": "  of these by an answer, not only because screening is not complete",
    "harmless_alarmed": "harmless called same day or sooner",
    "log_loss": "log loss of the true cause (level prior, 23 causes: 3.14 is chance)",
    "calibration_error": "calibration error of the first cause",
}


def say(value: object) -> str:
    """One figure for the table."""
    if isinstance(value, tuple):
        count, of = value
        return f"{count}/{of} ({100 * count / of:.0f} %)" if of else "none"
    return f"{value:.3f}"


def table(series: Sequence[Patient]) -> list[str]:
    """Both columns: all patients, and without the weakly confirmed."""
    strong = [one for one in series if not one.weak]
    every, sure = figures(series), figures(strong)
    lines = [f"{'':72}{f'all {len(series)}':>16}{f'without weak {len(strong)}':>20}"]
    lines += [
        f"{NAMES[one.name]:72}{say(getattr(every, one.name)):>16}{say(getattr(sure, one.name)):>20}"
        for one in fields(Figures)
    ]
    return lines


def main() -> None:
    """Print the report."""
    series = patients()
    print("Published patients, level prior over causes. Rarer and odder than ordinary patients; open, so no proof.\n")
    print("\n".join(table(series)))
    print("\nTrue cause not in the first three:")
    for one in sorted(series, key=lambda one: one.rank):
        if one.rank > 3:
            print(f"  {one.id:28} {one.cause:26} rank {one.rank:2}  first: {', '.join(one.ranking[:3])}")
    print("\nTriage below what was expected:")
    for one in series:
        if one.expected != "none" and _below(one):
            print(f"  {one.id:28} expected {one.expected:18} said {one.urgency}")
    print("\nHarmless but called same day or sooner:")
    for one in series:
        if one.expected == "none" and one.urgency in ("emergency", "same_day"):
            print(f"  {one.id:28} {one.cause:26} said {one.urgency}")


def _below(one: Patient) -> bool:
    return URGENCIES.index(one.urgency) > URGENCIES.index(one.expected)


if __name__ == "__main__":
    main()
