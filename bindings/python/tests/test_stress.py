"""Many threads, many objects: nothing breaks and nothing grows. Short here; ALLOCLAP_LONG=1 makes a night of it."""

import gc
import os
import random
import tempfile
import threading
import time
import unittest
from pathlib import Path

import alloclap
from alloclap import CompanionError
from test_visit import Server, fixes, ROOT

LONG = os.environ.get("ALLOCLAP_LONG") == "1"
SECONDS = 60 if LONG else 2
OBJECTS = 10_000 if LONG else 60


def held() -> tuple[int, int, int]:
    """Resident memory in KiB, threads and open files of this process."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]), int(status["Threads"]), len(os.listdir("/proc/self/fd"))


class Ignoring(alloclap.CatalogueListener):
    def changed(self, edition):
        pass

    def ended(self):
        pass


class Stress(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="alloclap-stress-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_eight_threads_call_everything_while_syncs_come_and_go(self):
        walk = list(fixes(ROOT / "samples/walks/montmartre.gpx"))
        until = time.monotonic() + SECONDS
        broken = []
        with Server() as server, alloclap.opened(self.folder, [server.publication], ["fr"]) as phone:
            phone.sync().start(server.url).wait()
            catalogue, scanner, journal = phone.catalogue(), phone.scanner(), phone.journal()
            trail = catalogue.trails()[0].key
            guide = phone.guide(trail, alloclap.GuideOptions(sound=alloclap.Sound.ALWAYS, headphones=False))
            key = catalogue.answer("YKW3-QPT9").panel
            player = phone.pulled_player()
            calls = [
                lambda: catalogue.panel(key),
                lambda: catalogue.search("amelie", 5),
                lambda: catalogue.nearby(walk[0].position, 5),
                lambda: scanner.scan(bytes(4096), 64, 64, 64),
                lambda: scanner.frame(bytes(4096), 64, 64, 64),
                lambda: phone.sync().trusted(),
                lambda: phone.sync().network_is(alloclap.NetworkKind.UNMETERED),
                lambda: guide.step(random.choice(walk)),
                lambda: guide.snapshot(),
                lambda: journal.favourites(),
                lambda: player.pull(64),
                lambda: next(alloclap.watch(guide)),
                lambda: catalogue.subscribe(Ignoring()),
                lambda: phone.prefer([random.choice(["fr", "en"])], alloclap.Audience.STANDARD),
            ]

            def call():
                try:
                    while time.monotonic() < until:
                        random.choice(calls)()
                except Exception as error:
                    broken.append(error)

            threads = [threading.Thread(target=call) for _ in range(8)]
            for thread in threads:
                thread.start()
            while time.monotonic() < until:
                syncing = phone.sync().start(server.url)
                time.sleep(random.random() * 0.05)
                syncing.cancel()
                try:
                    syncing.wait()
                except (CompanionError.Cancelled, CompanionError.Busy):
                    pass
            for thread in threads:
                thread.join()
        self.assertEqual(broken, [])

    def test_companions_and_subscriptions_leave_nothing_behind(self):
        def one():
            with alloclap.opened(self.folder, [], ["fr"]) as phone:
                subscriptions = [phone.catalogue().subscribe(Ignoring()) for _ in range(3)]
                phone.sync().start("http://127.0.0.1:1/")
                self.assertEqual(len(subscriptions), 3)

        for _ in range(max(20, OBJECTS // 10)):
            one()
        gc.collect()
        before = held()
        for _ in range(OBJECTS):
            one()
        gc.collect()
        # A thread that just ended may still be counted.
        for _ in range(100):
            after = held()
            if after[1] <= before[1] + 2:
                break
            time.sleep(0.05)
        print(f"{OBJECTS} companions: KiB, threads, files {before}, then {after}")
        self.assertLessEqual(after[1], before[1] + 2, "threads are left behind")
        self.assertLessEqual(after[2], before[2] + 2, "open files are left behind")
        # One that leaked its catalogue or runtime would hold more than this each time.
        self.assertLess(after[0] - before[0], 65_536 + OBJECTS * 4, "memory is left behind")


if __name__ == "__main__":
    unittest.main()
