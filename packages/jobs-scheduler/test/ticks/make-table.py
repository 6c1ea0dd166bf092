"""Writes ticks.txt.gz: when cron patterns tick in 33 time zones over ten years, worked out with Python's zoneinfo.

    python3 make-table.py

A line is `zone|pattern|rules|ticks`. Ticks are epoch seconds: the first one, and then the differences to the
next ones, each with how often it comes in a row (`86400*66`). Fixed times are there over all ten years, for
each of the rules that the documentation of croner gives for clock changes (`default`) and what `skip` and
`run-twice` add; rules that make no difference share a line. Patterns of intervals tick whenever the wall clock
matches: they are written for the hours around each change only, one list for each, with `;` between. Lists of
times are intervals by default and fixed times with a rule.
"""

import gzip
from datetime import datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

UTC = timezone.utc
FROM, TO = datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
ZONES = """
    Africa/Cairo Africa/Casablanca Africa/Juba Africa/Sao_Tome America/Asuncion America/Caracas America/Godthab
    America/Havana America/New_York America/Santiago America/Sao_Paulo America/Scoresbysund America/St_Johns
    Antarctica/Troll Asia/Amman Asia/Beirut Asia/Damascus Asia/Jerusalem Asia/Kathmandu Asia/Pyongyang Asia/Tehran
    Atlantic/Azores Australia/Lord_Howe Australia/Sydney Europe/Berlin Europe/Athens Europe/Dublin Europe/Istanbul
    Europe/London Europe/Volgograd Pacific/Chatham Pacific/Easter Pacific/Fiji
""".split()
FIXED = [
    "0 0 * * *", "30 0 * * *", "30 1 * * *", "0 2 * * *", "15 2 * * *", "0 3 * * *", "45 23 * * *",
    "0 12 * * 1-5", "30 2 * * 0", "15 2 1 * *", "30 0 15 * 5", "59 23 31 3,10 *",
]
LISTS = ["0,30 1,2,4 * * *", "15,45 0,23 * * *"]
INTERVALS = [
    "* * * * *", "0 * * * *", "*/15 * * * *", "*/20 1-2 * * *", "30 */2 * * *", "0 22-23 * * 6",
]
AROUND = timedelta(hours=4)
MINUTE = timedelta(minutes=1)


def field(text, low, high):
    found = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = (f"{low}-{high}" if span == "*" else span).partition("-")
        found.update(range(int(first), int(last or first) + 1, int(step or 1)))
    return found


class Pattern:
    def __init__(self, text):
        minute, hour, day, month, weekday = text.split()
        self.minutes, self.hours = field(minute, 0, 59), field(hour, 0, 23)
        self.days, self.months, self.weekdays = field(day, 1, 31), field(month, 1, 12), field(weekday, 0, 6)
        self.either = day != "*" and weekday != "*"

    def on(self, date):
        day, weekday = date.day in self.days, date.isoweekday() % 7 in self.weekdays
        return date.month in self.months and (day or weekday if self.either else day and weekday)

    def matches(self, wall):
        return wall.minute in self.minutes and wall.hour in self.hours and self.on(wall)


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


def fixed_ticks(zone, pattern, rule, jumps):
    """The ticks of each day, with those that do not exist or exist twice as the rule has them."""
    day, ticks = datetime(2015, 12, 31), set()
    while day < datetime(2026, 1, 2):
        walls = [day.replace(hour=h, minute=m) for h in pattern.hours for m in pattern.minutes] if pattern.on(day) else []
        day += timedelta(days=1)
        for wall in walls:
            passes = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
            real = sorted({at for at in passes if at.astimezone(zone).replace(tzinfo=None, fold=0) == wall})
            if real:
                ticks.update(real if rule == "run-twice" else real[:1])
            elif rule != "skip":
                ticks.add(next(jump for jump in jumps if min(passes) <= jump <= max(passes)))
    return sorted(ticks)


def interval_ticks(zone, pattern, start, end):
    at = start.replace(second=0, microsecond=0)
    while at < end:
        if at >= start and pattern.matches(at.astimezone(zone)):
            yield at
        at += MINUTE


def encode(ticks):
    seconds = [int(at.timestamp()) for at in ticks]
    differences = [b - a for a, b in zip(seconds, seconds[1:])]
    runs = [f"{value}*{len(list(group))}" for value, group in groupby(differences)]
    return " ".join([str(seconds[0]), *runs])


def write_fixed(lines, name, zone, text, jumps, rules):
    by_ticks = {}
    for rule in rules:
        ticks = [at for at in fixed_ticks(zone, Pattern(text), rule, jumps) if FROM <= at < TO]
        by_ticks.setdefault(encode(ticks), []).append(rule)
    for ticks, same in by_ticks.items():
        lines.append(f"{name}|{text}|{','.join(same)}|{ticks}")


lines = []
for name in ZONES:
    zone = ZoneInfo(name)
    jumps = changes(zone)
    for text in FIXED:
        write_fixed(lines, name, zone, text, jumps, ("default", "skip", "run-twice"))
    for text in LISTS:
        write_fixed(lines, name, zone, text, jumps, ("skip", "run-twice"))
    for text in LISTS + INTERVALS:
        around = [list(interval_ticks(zone, Pattern(text), jump - AROUND, jump + AROUND)) for jump in jumps]
        rule = "list" if text in LISTS else "interval"
        windows = [encode(ticks) for ticks in around if ticks]
        if windows:
            lines.append(f"{name}|{text}|{rule}|{';'.join(windows)}")
text = "".join(f"{line}\n" for line in lines)
(Path(__file__).parent / "ticks.txt.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
print(len(lines), "lines,", len(text), "bytes")
