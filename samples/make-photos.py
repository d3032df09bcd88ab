#!/usr/bin/env python3
"""Renders two "photographs" of sample panels into photos/. They are computed, nobody took them.

A panel with its title, its drawing and its flashcode is put on a wall in perspective, lit unevenly, blurred and given a
sensor's noise. The easy one is what a careful visitor takes; the hard one is taken askew, in shade and in a hurry.
Needs Python 3.11, the DejaVu fonts (apt install fonts-dejavu-core) and: pip install segno pillow numpy
opencv-python-headless
"""

import io
import pathlib
import tomllib

import cv2
import numpy
import segno
from PIL import Image, ImageDraw, ImageFont

HERE = pathlib.Path(__file__).parent
SOURCE = HERE / "saint-bonnet"
# Error correction Q: a quarter of the code may be dirty or scratched.
CORRECTION = "q"
PIXELS_A_CM = 25
FRAME = (1280, 960)


def records(folder: str, key: str) -> dict[str, dict]:
    found = {}
    for file in SOURCE.glob(f"{folder}/*.toml"):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        found |= {record["id"]: record for record in table.get(key, [table])}
    return found


def panel_face(panel: dict, width_cm: int, height_cm: int) -> Image.Image:
    """The panel as it is printed, seen straight on."""
    host = tomllib.loads((SOURCE / "publication.toml").read_text(encoding="utf-8"))["hosts"][0]
    film = records("films", "film")[panel["film"]]
    width, height = width_cm * PIXELS_A_CM, height_cm * PIXELS_A_CM
    face = Image.new("RGB", (width, height), "#fbf7ee")
    draw = ImageDraw.Draw(face)
    draw.rectangle((0, 0, width, height * 0.16), fill="#1d1d1b")
    for stripe in range(0, 9, 2):
        x = stripe * width / 8
        draw.polygon([(x, 0), (x + width / 8, 0), (x + width / 16, height * 0.04), (x - width / 16, height * 0.04)], fill="#fbf7ee")

    def font(share: float) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype("DejaVuSans.ttf", int(width * share))

    draw.text((width / 2, height * 0.10), "Ici a été tourné", fill="#fbf7ee", font=font(0.06), anchor="mm")
    # A long title is set smaller rather than broken.
    title = font(min(0.095, 0.095 * width * 0.86 / draw.textlength(film["title"]["fr"], font=font(0.095))))
    draw.text((width / 2, height * 0.22), film["title"]["fr"], fill="#c8102e", font=title, anchor="mm")
    words, line, y = panel["infoclap"]["fr"].split(), "", height * 0.30
    for word in [*words, None]:
        if word is None or draw.textlength(f"{line} {word}", font=font(0.034)) > width * 0.86:
            draw.text((width * 0.07, y), line, fill="#1d1d1b", font=font(0.034))
            y, line = y + width * 0.046, word or ""
        else:
            line = f"{line} {word}".strip()
    png = io.BytesIO()
    segno.make(f"https://{host}/p/{panel['code']}", error=CORRECTION, micro=False).save(png, kind="png", scale=20, border=4)
    side = int(width * 0.52)
    code = Image.open(png).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    face.paste(code, ((width - side) // 2, int(height * 0.93) - side))
    draw.text((width / 2, height * 0.955), panel["code"], fill="#1d1d1b", font=font(0.05), anchor="mm")
    return face


def wall(chance: numpy.random.Generator) -> numpy.ndarray:
    """A plastered wall: coarse and fine stains around a warm grey."""
    width, height = FRAME
    base = numpy.full((height, width, 3), (150.0, 168.0, 178.0), numpy.float32)
    for cells, depth in ((12, 14.0), (60, 8.0), (320, 3.0)):
        grain = chance.normal(0, depth, (cells * height // width, cells)).astype(numpy.float32)
        base += cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    return base


def photograph(face: Image.Image, corners, light, streak_px: int, blur_px: float, noise: float, seed: int, quality: int) -> bytes:
    """A JPEG of a panel whose corners (clockwise from top left) appear at these pixels; `light` is a gain by x and y in 0..1."""
    chance = numpy.random.default_rng(seed)
    width, height = FRAME
    front = cv2.cvtColor(numpy.asarray(face), cv2.COLOR_RGB2BGR).astype(numpy.float32)
    h, w = front.shape[:2]
    turn = cv2.getPerspectiveTransform(
        numpy.float32([(0, 0), (w, 0), (w, h), (0, h)]), numpy.float32(corners)
    )
    scene = wall(chance)
    shadow = cv2.warpPerspective(numpy.ones((h, w), numpy.float32), turn, FRAME)
    shadow = cv2.GaussianBlur(numpy.roll(shadow, (9, 12), (0, 1)), (0, 0), 7)
    scene *= 1 - 0.45 * shadow[..., None]
    cover = cv2.warpPerspective(numpy.ones((h, w), numpy.float32), turn, FRAME, flags=cv2.INTER_AREA)[..., None]
    scene = scene * (1 - cover) + cv2.warpPerspective(front, turn, FRAME, flags=cv2.INTER_AREA) * cover
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
    scene *= light(x / width, y / height)[..., None]
    scene = cv2.GaussianBlur(scene, (0, 0), blur_px)
    if streak_px > 1:
        streak = numpy.eye(streak_px, dtype=numpy.float32) / streak_px
        scene = cv2.filter2D(scene, -1, streak)
    scene += chance.normal(0, noise, scene.shape)
    done, jpeg = cv2.imencode(".jpg", numpy.clip(scene, 0, 255).astype(numpy.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return jpeg.tobytes()


def main() -> None:
    panels = records("panels", "panel")
    out = HERE / "photos"
    out.mkdir(exist_ok=True)
    easy = photograph(
        panel_face(panels["panel-saint-bonnet"], 40, 60),
        corners=[(402, 62), (866, 40), (880, 902), (392, 868)],
        light=lambda x, y: 1.08 - 0.22 * x + 0.05 * y,
        streak_px=1, blur_px=0.8, noise=1.4, seed=1, quality=38,
    )
    hard = photograph(
        panel_face(panels["panel-deux-moulins"], 15, 20),
        corners=[(318, 208), (822, 92), (948, 796), (330, 716)],
        # A lamp-post's shadow falls beside the code: across it, the usual readers give up.
        light=lambda x, y: (0.78 - 0.35 * y) * numpy.where(numpy.abs(x - 0.27 - 0.04 * y) < 0.03, 0.62, 1.0),
        streak_px=5, blur_px=1.5, noise=4.0, seed=2, quality=42,
    )
    for name, jpeg in (("saint-bonnet-easy.jpg", easy), ("deux-moulins-hard.jpg", hard)):
        (out / name).write_bytes(jpeg)
        print(f"{name}: {len(jpeg)} bytes")


if __name__ == "__main__":
    main()
