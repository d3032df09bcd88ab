#!/usr/bin/env python3
"""Simulates a walk along the Montmartre trail and writes it as walks/montmartre.gpx. Nobody walked it.

One fix a second at a stroll, a pause at every stop, an error of about 5 m that drifts as a phone's does among houses, one
leap of 100 m whose accuracy claims to be good, one gap of 40 s. A fixed seed: the same walk every time.
Needs Python 3.11 and nothing else.
"""

import datetime
import math
import pathlib
import random
import re
import tomllib

HERE = pathlib.Path(__file__).parent
SOURCE = HERE / "saint-bonnet"
TRAIL = SOURCE / "trails" / "montmartre-au-cinema.toml"
OUT = HERE / "walks" / "montmartre.gpx"

START = datetime.datetime(2026, 5, 16, 8, 0, tzinfo=datetime.timezone.utc)
SEED = 1895
STROLL_M_S = 1.3
STEPS_M_S = 0.7
# Rue Chappe down, rue Foyatier up: metres along the line between which the walker is on stairs.
STAIRS_M = [(983.0, 1072.0), (1277.0, 1415.0)]
PAUSE_S = (30, 60)
NOISE_M = 5.0
NOISE_MEMORY_S = 25.0
ACCURACY_LASTS_S = 10
LEAP_AT_M, LEAP_M, LEAP_S, LEAP_CLAIMS_M = 420.0, 100.0, 4, 6.0
GAP_AT_M, GAP_S = 1640.0, 40
METRES_A_DEGREE = 111_195.0
METRES_A_HDOP = 5.0


def positions(gpx: pathlib.Path) -> list[tuple[float, float]]:
    found = re.findall(r'<trkpt lat="([-\d.]+)" lon="([-\d.]+)"', gpx.read_text(encoding="utf-8"))
    return [(float(lat), float(lon)) for lat, lon in found]


class Line:
    """A line in metres east and north of its first point."""

    def __init__(self, points: list[tuple[float, float]]):
        self.origin = points[0]
        self.shrink = math.cos(math.radians(points[0][0]))
        self.points = [self.metres(p) for p in points]
        self.at = [0.0]
        for a, b in zip(self.points, self.points[1:]):
            self.at.append(self.at[-1] + math.dist(a, b))

    def metres(self, p: tuple[float, float]) -> tuple[float, float]:
        east = (p[1] - self.origin[1]) * METRES_A_DEGREE * self.shrink
        return east, (p[0] - self.origin[0]) * METRES_A_DEGREE

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        lon = self.origin[1] + x / METRES_A_DEGREE / self.shrink
        return self.origin[0] + y / METRES_A_DEGREE, lon

    def point(self, along: float) -> tuple[float, float]:
        for (a, b), (start, end) in zip(zip(self.points, self.points[1:]), zip(self.at, self.at[1:])):
            if along <= end:
                t = (along - start) / (end - start)
                return a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
        return self.points[-1]

    def nearest(self, p: tuple[float, float], after: float) -> float:
        """Metres along the line, not before `after`, that are nearest to a position."""
        target = self.metres(p)
        steps = range(int(after), int(self.at[-1]) + 1)
        return float(min(steps, key=lambda along: math.dist(self.point(along), target)))


def pauses(line: Line, chance: random.Random) -> list[tuple[float, int]]:
    """Where the walker stands still, in metres along the line, and for how many seconds."""
    places = {}
    for file in SOURCE.glob("places/*.toml"):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        places |= {record["id"]: record["position"] for record in table.get("place", [table])}
    stops, along = [], 0.0
    for stop in tomllib.loads(TRAIL.read_text(encoding="utf-8"))["stops"]:
        lat, lon = (stop["at"] if "at" in stop else places[stop["place"]]).split(",")
        along = line.nearest((float(lat), float(lon)), along)
        stops.append((along, chance.randint(*PAUSE_S) if "place" in stop else 0))
    return stops


def walked(line: Line, stops: list[tuple[float, int]]) -> list[float]:
    """Metres along the line at every second."""
    path, along = [], 0.0
    waiting = list(stops)
    while along < line.at[-1]:
        if waiting and along >= waiting[0][0]:
            path += [along] * waiting.pop(0)[1]
        on_stairs = any(start <= along < end for start, end in STAIRS_M)
        along += STEPS_M_S if on_stairs else STROLL_M_S
        path.append(min(along, line.at[-1]))
    return path + [line.at[-1]] * sum(seconds for _, seconds in waiting)


def main() -> None:
    chance = random.Random(SEED)
    line = Line(positions(SOURCE / "trails" / "montmartre-au-cinema.gpx"))
    path = walked(line, pauses(line, chance))
    keep = math.exp(-1 / NOISE_MEMORY_S)
    # Per axis, so that the distance from the truth has a root mean square of NOISE_M.
    spread = NOISE_M / math.sqrt(2)
    error = [chance.gauss(0, spread), chance.gauss(0, spread)]
    usual = NOISE_M
    leap_at = next(t for t, along in enumerate(path) if along >= LEAP_AT_M)
    gap_at = next(t for t, along in enumerate(path) if along >= GAP_AT_M)
    fixes = []
    for t, along in enumerate(path):
        error = [keep * e + math.sqrt(1 - keep * keep) * chance.gauss(0, spread) for e in error]
        if t % ACCURACY_LASTS_S == 0:
            usual = max(3.0, NOISE_M * math.exp(chance.gauss(0, 0.2)))
        accuracy = usual
        x, y = line.point(along)
        x, y = x + error[0], y + error[1]
        if leap_at <= t < leap_at + LEAP_S:
            x, accuracy = x + LEAP_M, LEAP_CLAIMS_M
        if gap_at <= t < gap_at + GAP_S:
            continue
        lat, lon = line.degrees(x, y)
        time = (START + datetime.timedelta(seconds=t)).strftime("%Y-%m-%dT%H:%M:%SZ")
        fixes.append(f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{time}</time><hdop>{accuracy / METRES_A_HDOP:.1f}</hdop></trkpt>')
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(HEAD + "\n".join(fixes) + "\n</trkseg></trk>\n</gpx>\n", encoding="utf-8")
    print(f"{OUT.name}: {len(fixes)} fixes, {len(path)} s, {line.at[-1]:.0f} m, {OUT.stat().st_size} bytes")


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="AlloClap samples/make-walk.py" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Montmartre, simulated walk</name>
<desc>SIMULATED: nobody walked this. Written by samples/make-walk.py along the sample trail: 1 fix a second, pauses at the
stops, correlated error of 5 m, one leap of 100 m with a lying accuracy, one gap of 40 s. One unit of hdop stands for 5 m, 68 %.</desc>
</metadata>
<trk><name>Simulated</name><trkseg>
"""

if __name__ == "__main__":
    main()
