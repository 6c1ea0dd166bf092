"""Writes ticks.txt: when cron patterns tick in eight time zones over ten years, worked out with Python's zoneinfo.

    python3 make-table.py > ticks.txt

A line is `zone|pattern|rule|ticks`. Ticks are epoch seconds: the first one, and then the differences to the
next ones, each with how often it comes in a row (`86400*66`). The rules for fixed times are those that the
documentation of croner 11 gives for clock changes (`default`) and what `skip` and `run-twice` add; patterns
of intervals tick whenever the wall clock matches, and are written for the hours around each change only.
"""

from datetime import datetime, timedelta, timezone
from itertools import groupby
from zoneinfo import ZoneInfo

UTC = timezone.utc
FROM, TO = datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
ZONES = [
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Australia/Lord_Howe",
    "Europe/London",
]
FIXED = [(0, 0), (1, 30), (2, 15)]
INTERVALS = [
    ("0 * * * *", lambda wall: wall.minute == 0, timedelta(days=1)),
    ("* * * * *", lambda wall: True, timedelta(hours=2)),
    ("*/20 1-2 * * *", lambda wall: wall.minute % 20 == 0 and wall.hour in (1, 2), timedelta(days=1)),
]
MINUTE = timedelta(minutes=1)


def changes(zone):
    """The instants at which a zone's offset changes."""
    found, step, at = [], timedelta(hours=6), FROM
    while at < TO:
        low, high = at, at + step
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                same = low.astimezone(zone).utcoffset() == middle.astimezone(zone).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high.replace(microsecond=0))
        at += step
    return found


def fixed_ticks(zone, hour, minute, rule, jumps):
    """One tick a day, with those that do not exist or exist twice as the rule has them."""
    day = datetime(2015, 12, 31)
    while day < datetime(2026, 1, 2):
        wall = day.replace(hour=hour, minute=minute)
        day += timedelta(days=1)
        passes = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        real = sorted({at for at in passes if at.astimezone(zone).replace(tzinfo=None, fold=0) == wall})
        if real:
            yield from real if rule == "run-twice" else real[:1]
        elif rule != "skip":
            yield next(jump for jump in jumps if min(passes) <= jump <= max(passes))


def interval_ticks(zone, matches, start, end):
    at = start.replace(second=0, microsecond=0)
    while at < end:
        if at >= start and matches(at.astimezone(zone)):
            yield at
        at += MINUTE


def write(zone, pattern, rule, ticks):
    seconds = [int(at.timestamp()) for at in ticks]
    differences = [b - a for a, b in zip(seconds, seconds[1:])]
    runs = [f"{value}*{len(list(group))}" for value, group in groupby(differences)]
    print(f"{zone}|{pattern}|{rule}|{' '.join([str(seconds[0]), *runs])}")


for name in ZONES:
    zone = ZoneInfo(name)
    jumps = changes(zone)
    for hour, minute in FIXED:
        for rule in ("default", "skip", "run-twice"):
            ticks = fixed_ticks(zone, hour, minute, rule, jumps)
            write(name, f"{minute} {hour} * * *", rule, [at for at in ticks if FROM <= at < TO])
    for pattern, matches, around in INTERVALS:
        for jump in jumps:
            ticks = list(interval_ticks(zone, matches, jump - around, jump + around))
            write(name, pattern, "interval", ticks)
