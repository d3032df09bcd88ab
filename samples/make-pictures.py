#!/usr/bin/env python3
"""Draws the samples' two pictures into saint-bonnet/media: a map of the walk, and a hill town at sunset.

Needs Python 3.11, Pillow (pip install pillow) and the DejaVu fonts (apt install fonts-dejavu-core). Drawn large and scaled down, for smooth edges.
"""

import math
import pathlib
import re
import tomllib

from PIL import Image, ImageDraw, ImageFont

SOURCE = pathlib.Path(__file__).parent / "saint-bonnet"
SCALE = 4
COLOURS = 32

PAPER, HILL, CREST, LINE, INK = "#f6efe2", "#e9dcc3", "#dcc9a5", "#c8102e", "#1d1d1b"


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype("DejaVuSans.ttf", size * SCALE)


def save(image: Image.Image, name: str) -> None:
    small = image.resize((image.width // SCALE, image.height // SCALE), Image.Resampling.LANCZOS)
    file = SOURCE / "media" / name
    file.parent.mkdir(exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{name}: {small.width} x {small.height}, {file.stat().st_size} bytes")


def walk_map() -> None:
    """The line and the numbered stops on paper-coloured ground."""
    text = (SOURCE / "trails" / "montmartre-au-cinema.gpx").read_text(encoding="utf-8")
    line = [(float(a), float(b)) for a, b in re.findall(r'lat="([-\d.]+)" lon="([-\d.]+)"', text)]
    records = {}
    for file in SOURCE.glob("places/*.toml"):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        records |= {r["id"]: r["position"] for r in table.get("place", [table])}
    trail = tomllib.loads((SOURCE / "trails" / "montmartre-au-cinema.toml").read_text(encoding="utf-8"))
    stops = [tuple(map(float, records[s["place"]].split(","))) for s in trail["stops"] if "place" in s]

    width, height, margin = 720 * SCALE, 520 * SCALE, 60 * SCALE
    south, north = min(p[0] for p in line), max(p[0] for p in line)
    west, east = min(p[1] for p in line), max(p[1] for p in line)
    shrink = math.cos(math.radians(south))
    unit = min((width - 2 * margin) / ((east - west) * shrink), (height - 2 * margin) / (north - south))

    def xy(p: tuple[float, float]) -> tuple[float, float]:
        x = width / 2 + (p[1] - (west + east) / 2) * shrink * unit
        return x, height / 2 - (p[0] - (south + north) / 2) * unit

    image = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(image)
    top = xy((48.8866, 2.3418))
    for radius, colour in ((270, HILL), (150, CREST)):
        r = radius * SCALE
        draw.ellipse((top[0] - 1.15 * r, top[1] - 0.8 * r, top[0] + 1.15 * r, top[1] + 0.8 * r), fill=colour)
    dome = xy((48.8867, 2.3431))
    for dx, size in ((-26, 12), (26, 12), (0, 20)):
        x, s = dome[0] + dx * SCALE, size * SCALE
        draw.rectangle((x - 0.7 * s, dome[1] - s, x + 0.7 * s, dome[1]), fill="white")
        draw.ellipse((x - 0.7 * s, dome[1] - 2.2 * s, x + 0.7 * s, dome[1] - 0.2 * s), fill="white")
    draw.line([xy(p) for p in line], fill=LINE, width=6 * SCALE, joint="curve")
    for number, stop in enumerate(stops, start=1):
        x, y = xy(stop)
        r = 13 * SCALE
        draw.ellipse((x - r, y - r, x + r, y + r), fill=INK, outline=PAPER, width=2 * SCALE)
        draw.text((x, y), str(number), fill=PAPER, font=font(16), anchor="mm")
    for p, name, dx, dy, anchor in (
        (line[0], "M Blanche", -4, 24, "lm"),
        (line[-1], "M Lamarck – Caulaincourt", -24, -4, "rm"),
        ((48.8867, 2.3431), "Sacré-Cœur", 0, -58, "mm"),
    ):
        x, y = xy(p)
        draw.text((x + dx * SCALE, y + dy * SCALE), name, fill=INK, font=font(16), anchor=anchor)
    save(image, "montmartre.png")


def hill_town() -> None:
    """A town on its hill against an evening sky, a caravan on the road below."""
    width, height = 720 * SCALE, 405 * SCALE
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    bands = ["#2b2d5b", "#54406f", "#8f5273", "#c96a62", "#ee9b5a", "#f8c977"]
    for i, colour in enumerate(bands):
        draw.rectangle((0, i * height // 7, width, height), fill=colour)
    sun = (width * 0.68, height * 0.66, 52 * SCALE)
    draw.ellipse((sun[0] - sun[2], sun[1] - sun[2], sun[0] + sun[2], sun[1] + sun[2]), fill="#fff0c2")

    def ground(base: float, swell: float, turns: float, shift: float, colour: str) -> None:
        edge = [(x, height * (base - swell * math.sin(turns * x / width + shift))) for x in range(0, width + 1, 8)]
        draw.polygon([(0, height), *edge, (width, height)], fill=colour)

    ground(0.80, 0.06, 5.0, 1.0, "#5b3f63")
    town = "#2a2140"
    hill = [(x, height * (0.86 - 0.34 * math.exp(-(((x / width) - 0.36) / 0.17) ** 2))) for x in range(0, width + 1, 8)]
    draw.polygon([(0, height), *hill, (width, height)], fill=town)
    for i in range(17):
        x = width * (0.20 + 0.02 * i)
        base = height * (0.88 - 0.34 * math.exp(-(((x / width) - 0.36) / 0.17) ** 2))
        w, h = (11 + 4 * (i % 3)) * SCALE, (22 + 7 * ((i * 5) % 4)) * SCALE
        draw.polygon([(x - w, base), (x - w, base - h), (x, base - h - 0.7 * w), (x + w, base - h), (x + w, base)], fill=town)
        if i % 3 == 1:
            draw.rectangle((x - 3 * SCALE, base - h + 6 * SCALE, x + 2 * SCALE, base - h + 14 * SCALE), fill="#f8c977")
    x, base = width * 0.36, height * 0.50
    draw.rectangle((x - 13 * SCALE, base - 74 * SCALE, x + 13 * SCALE, base + 40 * SCALE), fill=town)
    draw.polygon([(x - 16 * SCALE, base - 72 * SCALE), (x, base - 118 * SCALE), (x + 16 * SCALE, base - 72 * SCALE)], fill=town)
    draw.rectangle((x + 10 * SCALE, base - 30 * SCALE, x + 70 * SCALE, base + 40 * SCALE), fill=town)
    ground(0.93, 0.02, 4.0, 0.3, "#150f22")
    x, y = width * 0.76, height * 0.915
    van = [(-38, -8), (-44, -44), (-30, -58), (30, -58), (44, -44), (38, -8)]
    draw.polygon([(x + a * SCALE, y + b * SCALE) for a, b in van], fill="#150f22")
    draw.rectangle((x - 10 * SCALE, y - 40 * SCALE, x + 8 * SCALE, y - 24 * SCALE), fill="#f8c977")
    for dx in (-24, 24):
        r = 13 * SCALE
        draw.ellipse((x + dx * SCALE - r, y - 2 * r + 10 * SCALE, x + dx * SCALE + r, y + 10 * SCALE), fill="#150f22")
    draw.line((x - 38 * SCALE, y - 8 * SCALE, x - 74 * SCALE, y - 2 * SCALE), fill="#150f22", width=4 * SCALE)
    save(image, "saint-bonnet.png")


if __name__ == "__main__":
    walk_map()
    hill_town()
