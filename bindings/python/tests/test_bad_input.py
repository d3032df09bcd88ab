"""Whatever a caller does wrong is an error that says so, never the end of the process."""

import fcntl
import math
import tempfile
import threading
import time
import unittest
from pathlib import Path

import alloclap
from alloclap import CompanionError
from test_visit import TRUSTED, Server


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="alloclap-bad-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.phone = alloclap.Companion(str(cls.folder / "phone"), [], ["fr"], alloclap.Audience.STANDARD)
        cls.addClassCleanup(cls.phone.shut_down)

    def test_calls_after_the_end_say_that_it_is_closed(self):
        path = str(self.folder / "closed")
        phone = alloclap.Companion(path, [], ["fr"], alloclap.Audience.STANDARD)
        player, catalogue, syncing = phone.pulled_player(), phone.catalogue(), phone.sync().start("http://127.0.0.1:1/")
        scanner, editions = phone.scanner(), alloclap.watch(catalogue)
        next(editions)
        phone.shut_down()
        phone.shut_down()
        self.assertEqual(list(editions), [], "a subscription outlived its companion")
        for call in (
            catalogue.trails,
            phone.journal().favourites,
            phone.pulled_player,
            player.snapshot,
            syncing.wait,
            lambda: phone.prefer(["en"], alloclap.Audience.STANDARD),
            lambda: scanner.scan(bytes(4), 2, 2, 2),
            lambda: scanner.frame(bytes(4), 2, 2, 2),
            phone.scanner,
            lambda: phone.sync().start("http://127.0.0.1:1/"),
            lambda: next(alloclap.watch(player)),
        ):
            with self.assertRaises(CompanionError.Closed):
                call()
        alloclap.Companion(path, [], ["fr"], alloclap.Audience.STANDARD).shut_down()

    def test_texts_that_are_empty_huge_or_no_unicode(self):
        catalogue = self.phone.catalogue()
        self.assertTrue(catalogue.answer("").is_TEXT())
        catalogue.answer("é" * 5_000_000)
        self.assertEqual(catalogue.search("", 5), [])
        catalogue.search("a " * 100_000, 5)
        with self.assertRaises(UnicodeEncodeError):
            catalogue.answer("half a clap \ud83c")
        for call in (
            lambda: catalogue.panel(alloclap.Key(publication="", id="")),
            lambda: catalogue.keys_of("x" * 1_000_000),
            lambda: self.phone.prefer(["not a language!"], alloclap.Audience.STANDARD),
        ):
            with self.assertRaises(CompanionError.Input):
                call()
        with self.assertRaises(CompanionError.Address):
            self.phone.sync().start("").wait()

    def test_numbers_and_buffers_that_do_not_fit(self):
        scanner = self.phone.scanner()
        for frame, width, height, stride in ((bytes(100), 640, 480, 640), (b"", 10, 10, 10), (bytes(9), *[2**32 - 1] * 3)):
            with self.assertRaises(CompanionError.Input):
                scanner.scan(frame, width, height, stride)
        for wrong in ("text", 7, None, [1, 2, 3]):
            with self.assertRaises(TypeError):
                scanner.scan(wrong, 1, 1, 1)
        with self.assertRaises(ValueError):
            scanner.scan(bytes(4), -1, 2, 2)
        nowhere = alloclap.Position(lat_deg=math.nan, lon_deg=math.inf)
        for call in (self.phone.catalogue().nearby, self.phone.catalogue().within):
            with self.assertRaises(CompanionError.Input):
                call(nowhere, 5)
        self.assertLessEqual(len(self.phone.pulled_player().pull(2**32 - 1)), 2 * 480_000)

    def test_publications_that_are_none(self):
        for address, root, error in (
            ("no address", "0" * 64, CompanionError.Address),
            ("", "0" * 64, CompanionError.Address),
            ("x" * 1_000_000, "0" * 64, CompanionError.Address),
        ):
            with self.assertRaises(error):
                alloclap.Companion(
                    str(self.folder / "wrong"),
                    [alloclap.Publication(address=address, root=root)],
                    ["fr"],
                    alloclap.Audience.STANDARD,
                )
        # What is no root is noticed at the first sync, like one that is another's.
        for root in ("", "no root", "{}", "[" * 100_000):
            with self.subTest(root=root[:9]), Server() as server:
                with alloclap.opened(str(self.folder / f"root{len(root)}"), [], ["fr"]) as phone:
                    with self.assertRaises(CompanionError) as refused:
                        phone.sync().follow(server.url, root)
                        phone.sync().start(server.url).wait()
                    self.assertNotIsInstance(refused.exception, CompanionError.Internal)

    def test_a_data_folder_that_cannot_be_written(self):
        file = self.folder / "a-file"
        file.write_text("here is no room for a folder")
        for path in (str(file), "/proc/nowhere", "", "\0"):
            with self.subTest(path=path), self.assertRaises(CompanionError.Storage):
                alloclap.Companion(path, [], ["fr"], alloclap.Audience.STANDARD)

    def test_a_data_folder_that_another_process_has(self):
        folder = self.folder / "held"
        with alloclap.opened(str(folder), [], ["fr"]) as phone, Server() as server:
            phone.sync().follow(server.url, TRUSTED)
            with open(folder / "sync.lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                with self.assertRaises(CompanionError.Busy):
                    phone.sync().start(server.url).wait()

    def test_a_listener_that_blocks_delays_only_itself(self):
        class Blocking(alloclap.SyncListener):
            def changed(self, state):
                time.sleep(1)

            def ended(self):
                pass

        with Server() as server, alloclap.opened(str(self.folder / "blocks"), [server.publication], ["fr"]) as phone:
            syncing = phone.sync().start(server.url)
            subscription = syncing.subscribe(Blocking())
            self.assertTrue(list(alloclap.watch(syncing))[-1].is_DONE())
            subscription.cancel()

    def test_a_listener_may_shut_down_the_companion_that_calls_it(self):
        phone = alloclap.Companion(str(self.folder / "itself"), [], ["fr"], alloclap.Audience.STANDARD)
        told = threading.Event()

        class Ending(alloclap.CatalogueListener):
            def changed(self, edition):
                phone.shut_down()

            def ended(self):
                told.set()

        subscription = phone.catalogue().subscribe(Ending())
        self.assertTrue(told.wait(20), "the last word never came")
        self.assertIsNotNone(subscription)


if __name__ == "__main__":
    unittest.main()
