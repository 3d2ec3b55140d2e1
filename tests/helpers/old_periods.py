"""A team whose first period ended more than a year ago, and whose last one has just ended."""

from __future__ import annotations

OLD_PERIODS = """\
team:
  name: Years
  timezone: UTC
  period: {name: Now, starts: today-200, ends: today-1}
earlier:
  - {name: Old, starts: today-800, choices: {calls: close}}
  - {name: Middle, starts: today-400}
members:
  - {handle: mara, name: Mara}
  - {handle: ana, name: Ana, manager: mara}
goals:
  - {key: calls, owner: ana, title: Old calls, metric: {unit: calls, target: 10}, starts: today-800, due: today-401}
  - {key: more, owner: ana, title: More calls, metric: {unit: calls, target: 90}, starts: today-200, due: today-1}
check_ins:
  - goal: calls
    entries:
      - {day: today-700, value: 2}
      - {day: today-600, value: 4, note: Halfway}
  - goal: more
    entries:
      - {day: today-100, value: 12}
"""
"""G1 and its two check-ins, C1 and C2, are older than a year; G2 and C3 are not."""

CLOSED_LATE = """\
team:
  name: Late
  timezone: UTC
  period: {name: Long ago, starts: today-800, ends: today-500}
members:
  - {handle: mara, name: Mara}
  - {handle: ana, name: Ana, manager: mara}
goals:
  - {key: calls, owner: ana, title: Old calls, metric: {unit: calls, target: 10}, starts: today-800, due: today-500}
"""
"""A period that ended long ago, and that nobody has closed."""
