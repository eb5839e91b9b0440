"""The file that the page on own data speaks of: customers, and who of them has left."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

COLUMNS = [
    *("customer", "months", "plan", "city", "premium", "age", "joined", "remarks", "calls"),
    "churned",
]
CITIES = [f"{name}{end}" for name in ("Neu", "Alt", "Ober", "Unter") for end in ("stadt", "dorf")]


def write_churn(path: Path, rows: int = 600) -> None:
    """Customers who leave more often the more they have to call."""
    drawn = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number in range(1, rows + 1):
            calls, months = drawn.randrange(12), drawn.randrange(1, 120)
            leaves = drawn.random() < 0.05 + 0.07 * calls
            table.writerow(
                [
                    f"c-{number:05}",
                    months,
                    drawn.choice(["basic", "plus", "max"]),
                    f"{drawn.choice(CITIES)}-{drawn.randrange(5)}",
                    drawn.choice(["true", "false"]),
                    drawn.randrange(18, 90),
                    date(2015, 1, 1) + timedelta(days=drawn.randrange(3000)),
                    f"Spoke to {drawn.choice(CITIES)} of {number} things, {drawn.random():.3f}",
                    calls if drawn.random() > 0.05 else "",
                    "yes" if leaves else "no",
                ]
            )
