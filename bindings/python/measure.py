"""What a call through the bindings costs from Python; `cargo xtask bench ffi` runs it on a library built as it ships.

Prints one figure a line: its name, the median and the quickest round in microseconds, a tab between.
"""

import statistics
import sys
import threading
import time
from pathlib import Path

import alloclap


def round_us(times: int, call) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times * 1e6


# For so long a figure is measured: shared processors have slow spells of up to a second.
SECONDS = 3


def report(name: str, measure_round) -> None:
    """Prints what a round takes: the median, and the quickest."""
    rounds, until = [], time.perf_counter() + SECONDS
    while len(rounds) < 11 or time.perf_counter() < until:
        rounds.append(max(0.0, measure_round()))
    print(name, statistics.median(rounds), min(rounds), sep="\t")


def main(folder: str, address: str, root: str) -> None:
    class Listener(alloclap.GuideListener):
        def changed(self, snapshot):
            told.set()

        def ended(self):
            pass

    told = threading.Event()
    with alloclap.opened(folder, [alloclap.Publication(address=address, root=Path(root).read_text())], ["fr"]) as phone:
        phone.sync().start(address, alloclap.Choice(media=[])).wait()
        catalogue, scanner = phone.catalogue(), phone.scanner()
        trail = catalogue.trails()[0]
        guide = phone.guide(trail.key, alloclap.GuideOptions(sound=alloclap.Sound.ON_REQUEST, headphones=False))
        subscription = catalogue.subscribe(type("L", (alloclap.CatalogueListener,), {
            "changed": lambda self, edition: None, "ended": lambda self: None})())
        frame, pixel = bytes(921_600), bytes(1)
        steps = iter(range(1, 10**9))
        here = trail.line[0]

        def walk():
            guide.step(alloclap.Fix(
                t_ms=next(steps) * 1000, position=here, accuracy_m=5.0, speed_m_s=None, course_deg=None))
            guide.snapshot()

        def look_anew():
            # For another visitor nothing is in memory.
            phone.prefer(["en" if next(steps) % 2 else "fr"], alloclap.Audience.STANDARD)
            catalogue.nearby(here, 50)

        def callback():
            told.clear()
            guide.headphones(next(steps) % 2 == 0)
            guide.step(alloclap.Fix(
                t_ms=next(steps) * 1000, position=here, accuracy_m=5.0, speed_m_s=None, course_deg=None))
            told.wait(5)

        report("no-op call", lambda: round_us(2_000, subscription.is_over))
        # The two in turn, so that a machine that slows down slows both.
        report("frame of 921,600 bytes", lambda: (
            round_us(500, lambda: scanner.scan(frame, 1, 1, 1)) - round_us(500, lambda: scanner.scan(pixel, 1, 1, 1))))
        report("fix to snapshot", lambda: round_us(300, walk))
        report("50 nearby places", lambda: round_us(5, lambda: catalogue.nearby(here, 50)))
        report("the same, first look", lambda: round_us(5, look_anew))
        watching = guide.subscribe(Listener())
        told.wait(5)
        report("subscription callback", lambda: round_us(100, callback))
        watching.cancel()


if __name__ == "__main__":
    main(*sys.argv[1:])
