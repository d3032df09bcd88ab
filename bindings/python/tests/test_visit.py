"""A whole visit through the generated Python module: publish, sync, scan, walk, listen.

The publisher's side is the `alloclap` command named by ALLOCLAP_BIN; everything of the visitor's goes through the bindings.
"""

import hashlib
import json
import logging
import os
import re
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from pathlib import Path

import alloclap

ROOT = Path(__file__).resolve().parents[3]
ALLOCLAP = os.environ["ALLOCLAP_BIN"]
PUBLIC = os.environ["ALLOCLAP_PUBLIC"]
# What the publisher hands out: an app ships it.
TRUSTED = (Path(PUBLIC) / "metadata/1.root.json").read_text()


def luma(picture: Path) -> tuple[bytes, int, int]:
    """The grey pixels of a picture file, by ffmpeg: a phone's camera would hand them over."""
    run = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(picture), "-f", "image2pipe", "-c:v", "pgm", "-pix_fmt", "gray", "-"],
        check=True,
        capture_output=True,
    )
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", run.stdout)
    width, height = int(head[1]), int(head[2])
    return run.stdout[head.end() :], width, height


def fixes(gpx: Path):
    """The fixes of a recorded walk, as an operating system would give them one by one."""
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    first = None
    for point in ElementTree.parse(gpx).iterfind(".//g:trkpt", space):
        time = datetime.fromisoformat(point.find("g:time", space).text.replace("Z", "+00:00")).timestamp()
        first = time if first is None else first
        hdop = point.find("g:hdop", space)
        yield alloclap.Fix(
            t_ms=round((time - first) * 1000),
            position=alloclap.Position(lat_deg=float(point.get("lat")), lon_deg=float(point.get("lon"))),
            accuracy_m=5 * float(hdop.text) if hdop is not None else 10.0,
            speed_m_s=None,
            course_deg=None,
        )


class Server:
    """`alloclap publish serve` on a free port of loopback, until the block ends."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [ALLOCLAP, "publish", "serve", PUBLIC, "--address", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE
        )
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.publication = alloclap.Publication(address=self.url, root=TRUSTED)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class ThrowingListener(alloclap.SyncListener):
    def changed(self, state):
        raise ValueError("a progress bar that broke")

    def ended(self):
        raise ValueError("and broke again")


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


class Visit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="alloclap-visit-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        with Server() as server:
            cls.url = server.url
            cls.phone = alloclap.Companion(
                str(cls.folder / "phone"), [server.publication], ["fr", "en"], alloclap.Audience.STANDARD
            )
            cls.addClassCleanup(cls.phone.shut_down)
            cls.catalogue = cls.phone.catalogue()
            cls.edition = cls.catalogue.edition()
            syncing = cls.phone.sync().start(cls.url)
            cls.states = list(alloclap.watch(syncing))
            cls.report = syncing.wait()
        # From here on there is no network.

    def panel(self, code):
        return self.catalogue.panel(self.catalogue.answer(code).panel)

    def test_the_download_says_how_far_it_is_and_last_how_it_ended(self):
        self.assertGreater(self.report.files_fetched, 0)
        self.assertTrue(self.states[0].is_RUNNING())
        self.assertEqual(self.states[-1], alloclap.SyncState.DONE(self.report))
        (guide,) = self.catalogue.guides()
        self.assertEqual((guide.name, guide.trails), ("AlloClap", 1))
        self.assertNotEqual(self.catalogue.edition(), self.edition, "nobody is told that there is something new")

    def test_a_listener_that_throws_does_not_stop_a_download_and_is_in_the_log(self):
        handler, logger = Lines(), logging.Logger("visit")
        logger.addHandler(handler)
        alloclap.log_to(logger)
        self.addCleanup(alloclap.log_to, None)
        with Server() as server, alloclap.opened(str(self.folder / "throws"), [server.publication], ["fr"]) as phone:
            syncing = phone.sync().start(server.url)
            subscription = syncing.subscribe(ThrowingListener())
            self.assertEqual(syncing.wait().version, self.report.version)
            while not subscription.is_over():
                time.sleep(0.01)
        self.assertTrue(any("a progress bar that broke" in line for line in handler.lines), handler.lines)

    def test_only_the_root_that_the_app_names_is_believed(self):
        (trust,) = self.phone.sync().trusted()
        self.assertEqual(trust.fingerprint, hashlib.sha256(TRUSTED.encode()).hexdigest())
        with Server() as server:
            by_print = alloclap.Publication(address=server.url, root=trust.fingerprint)
            with alloclap.opened(str(self.folder / "print"), [by_print], ["fr"]) as phone:
                phone.sync().follow(server.url, TRUSTED)
                self.assertEqual(phone.sync().start(server.url).wait().version, self.report.version)
                with self.assertRaises(alloclap.CompanionError.Untrusted):
                    phone.sync().follow(server.url, "0" * 64)
            false = alloclap.Publication(address=server.url, root="0" * 64)
            with alloclap.opened(str(self.folder / "false"), [false], ["fr"]) as phone:
                with self.assertRaises(alloclap.CompanionError.Untrusted) as caught:
                    phone.sync().start(server.url).wait()
                self.assertTrue(caught.exception.attack.is_OTHER_ROOT())

    def test_without_network_the_old_guide_survives(self):
        with self.assertRaises(alloclap.CompanionError.Unreachable):
            self.phone.sync().start(self.url).wait()
        self.assertEqual(len(self.catalogue.guides()), 1)

    def test_a_plan_says_what_it_would_cost_and_can_be_carried_out(self):
        with Server() as server, alloclap.opened(str(self.folder / "plan"), [server.publication], ["fr"]) as phone:
            text = alloclap.Choice(media=[])
            plan = phone.sync().plan(server.url, text).wait()
            self.assertGreater(plan.summary().download.bytes, 0)
            self.assertEqual(phone.sync().start_planned(plan).wait().blobs, 0, "text alone was asked for")
            self.assertTrue(phone.sync().plan(server.url, text).wait().is_up_to_date())

    def test_an_app_may_fetch_the_files_itself_while_it_sleeps(self):
        with Server() as server, alloclap.opened(str(self.folder / "sleeps"), [server.publication], ["fr"]) as phone:
            sync = phone.sync()
            sync.download_over(alloclap.DownloadOver.UNMETERED)
            sync.network_is(alloclap.NetworkKind.UNMETERED)
            sync.allow_bytes(100_000_000)
            plan = sync.plan(server.url, alloclap.Choice(media=[alloclap.Medium.AUDIO])).wait()
            fetched = self.folder / "fetched"
            while requests := sync.outstanding(plan):
                for request in requests:
                    with urllib.request.urlopen(request.addresses[0]) as answer:
                        fetched.write_bytes(answer.read())
                    sync.hand_in(request, str(fetched))
            fetched.write_bytes(b"something else")
            with self.assertRaises(alloclap.CompanionError.BadPublication):
                sync.hand_in(request, str(fetched))
            self.assertEqual(sync.start_planned(plan).wait().version, self.report.version)
            self.assertEqual(sync.choice(self.report.publication).media, [alloclap.Medium.AUDIO])
            (trail,) = phone.catalogue().trails()
            self.assertFalse(sync.ready(trail.key).ready, "pictures were not chosen")
            self.assertGreater(sync.remove_trail(trail.key), 0)
            self.assertEqual(phone.catalogue().trails(), [])
            self.assertIsNone(phone.catalogue().rebuilt())

    def test_what_is_fast_does_not_wait_for_a_sync_that_does_not_come_on(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            syncing = self.phone.sync().start(f"http://127.0.0.1:{silent.getsockname()[1]}/")
            # These would wait for an answer that never comes, if they waited for the sync.
            self.assertEqual(self.panel("YKW3-QPT9").code, "YKW3-QPT9")
            self.assertEqual(self.phone.scanner().frame(bytes(64 * 64), 64, 64, 64).new, [])
            self.walk().step(next(fixes(ROOT / "samples/walks/montmartre.gpx")))
            self.assertTrue(syncing.state().is_RUNNING())
            syncing.cancel()
            with self.assertRaises(alloclap.CompanionError.Cancelled):
                syncing.wait()

    def test_a_photographed_flashcode_opens_its_panel(self):
        try:
            pixels, width, height = luma(ROOT / "samples/photos/saint-bonnet-easy.jpg")
        except FileNotFoundError:
            self.skipTest("ffmpeg, which opens the photograph, is not installed")
        scanner = self.phone.scanner(200)
        (code,) = scanner.scan(pixels, width, height, width)
        seen = [scanner.frame(pixels, width, height, width) for _ in range(30)]
        self.assertEqual([new.text for frame in seen for new in frame.new], [code.text], "new once, however long it is seen")
        panel = self.panel(code.text)
        self.assertEqual((panel.code, panel.film.brief.title.text), ("YKW3-QPT9", "Liberté"))
        self.assertEqual(panel.infoclap.language, "fr")
        self.assertEqual(len(code.corners), 4)

    def test_a_frame_of_the_wrong_size_is_an_error_that_says_so(self):
        with self.assertRaises(alloclap.CompanionError.Input) as raised:
            self.phone.scanner().scan(b"too short", 640, 480, 640)
        self.assertEqual(raised.exception.what, "frame")

    def test_a_strangers_link_is_shown_and_never_opened(self):
        answer = self.catalogue.answer("https://example.org/win")
        self.assertTrue(answer.is_LINK())
        self.assertEqual(answer.host, "example.org")

    def test_places_films_and_words_are_found_offline(self):
        near = self.catalogue.nearby(alloclap.Position(lat_deg=48.8848, lon_deg=2.3336), 3)
        distances = [place.distance_m for place in near]
        self.assertEqual(distances, sorted(distances))
        self.assertTrue(near[0].place.panels)
        hits = self.catalogue.search("amelie poulin", 5)
        film = self.catalogue.film(next(hit.key for hit in hits if hit.kind == "film"))
        self.assertGreater(len(film.shootings), 1)
        with self.assertRaises(alloclap.CompanionError.NotFound):
            self.catalogue.film(alloclap.Key(publication=film.brief.key.publication, id="no-such-film"))

    def walk(self):
        (trail,) = self.catalogue.trails()
        options = alloclap.GuideOptions(sound=alloclap.Sound.ON_HEADPHONES, headphones=True)
        return self.phone.guide(trail.key, options)

    def test_a_walk_tells_every_stop_of_the_trail(self):
        (trail,) = self.catalogue.trails()
        guide = self.walk()
        told = set()
        for fix in fixes(ROOT / "samples/walks/montmartre.gpx"):
            for event in guide.step(fix):
                if event.kind in (alloclap.GuideEventKind.TRIGGER, alloclap.GuideEventKind.OFFER):
                    told.update(event.stops)
        stops = {stop.id for stop in trail.stops if stop.closed is None}
        self.assertEqual(stops - told, set(), "stops of the trail that were neither told nor offered")
        self.assertIsNotNone(guide.snapshot().progress_m)
        self.assertEqual(next(alloclap.watch(guide)), guide.snapshot(), "the present value comes first")

    def test_a_walk_goes_on_after_the_app_was_killed(self):
        (trail,) = self.catalogue.trails()
        options = alloclap.GuideOptions(sound=alloclap.Sound.ON_HEADPHONES, headphones=True)
        walk = list(fixes(ROOT / "samples/walks/montmartre.gpx"))
        guide = self.phone.guide(trail.key, options)
        for fix in walk[: len(walk) // 2]:
            guide.step(fix)
        again = self.phone.guide(trail.key, options, guide.saved())
        for fix in walk[len(walk) // 2 :]:
            self.assertEqual(again.step(fix), guide.step(fix))

    def test_without_a_trail_the_places_around_are_told(self):
        (trail,) = self.catalogue.trails()
        options = alloclap.GuideOptions(sound=alloclap.Sound.ALWAYS, headphones=False)
        guide = self.phone.roam(trail.line[0], options)
        events = [event for fix in fixes(ROOT / "samples/walks/montmartre.gpx") for event in guide.step(fix)]
        kinds = {event.kind for event in events}
        self.assertTrue(kinds & {alloclap.GuideEventKind.TRIGGER, alloclap.GuideEventKind.OFFER})
        self.assertIsNone(guide.snapshot().progress_m)

    def test_the_system_is_told_which_regions_to_watch(self):
        here = alloclap.Position(lat_deg=48.8848, lon_deg=2.3336)
        bubble, *around = self.catalogue.regions(here, 20)
        self.assertIsNone(bubble.place)
        self.assertFalse(bubble.on_enter)
        self.assertTrue(0 < len(around) <= 19 and all(region.on_enter for region in around))
        film = next(hit.key for hit in self.catalogue.search("amelie poulin", 5) if hit.kind == "film")
        for near in self.catalogue.within(here, 3_000, alloclap.NearbyFilter(films=[film])):
            self.assertIn(film, [brief.key for brief in near.place.films])

    def test_a_commentary_gives_sound(self):
        first = self.panel("YKW3-QPT9").commentaries[0]
        self.assertEqual((first.language, first.synthetic), ("fr", True))
        recording = self.catalogue.open_commentary(first.key)
        self.assertAlmostEqual(recording.duration_ms(), first.duration_ms, delta=40)
        samples = recording.read(48_000)
        self.assertEqual(len(samples), 2 * 48_000)
        self.assertGreater(max(abs(sample) for sample in samples), 0.01, "silence instead of a voice")

    def test_what_is_said_can_be_read_and_found(self):
        panel = self.panel("YKW3-QPT9")
        commentary = panel.commentaries[0].key
        transcript = self.catalogue.transcript(commentary)
        word = max(transcript.cues[0].text.split(), key=len).strip(".,;:!?»«")
        hits = self.catalogue.search_spoken(word, 20)
        self.assertTrue(all(hit.cue.text for hit in hits))
        self.assertEqual(self.catalogue.item_at(panel.key).id, self.catalogue.item(commentary).id)

    def test_what_is_played_is_remembered(self):
        first = self.panel("YKW3-QPT9").commentaries[0]
        player = self.phone.pulled_player()
        player.command(alloclap.Command.PLAY(self.catalogue.item(first.key)))
        over = threading.Event()

        def device():
            while not over.wait(0.002):
                player.pull(480)

        sounding = threading.Thread(target=device)
        sounding.start()
        self.addCleanup(sounding.join)
        self.addCleanup(over.set)
        states = alloclap.watch(player)
        while (now := next(states)).position_ms < 500:
            self.assertIsNone(now.error)
        self.assertEqual(now.state, alloclap.PlayerState.PLAYING)
        player.command(alloclap.Command.STOP())
        while next(states).state != alloclap.PlayerState.EMPTY:
            pass
        player.voice(alloclap.VoiceReport.DONE(7))
        player.snapshot()
        self.assertGreater(self.phone.journal().position(first.key), 0)

    def test_what_the_visitor_keeps_is_kept(self):
        journal, panel = self.phone.journal(), self.panel("YKW3-QPT9").key
        journal.add_favourite(panel, 5_000)
        self.assertEqual(journal.favourites(), [alloclap.Favourite(key=panel, when_ms=5_000)])
        journal.remove_favourite(panel)
        self.assertEqual((journal.favourites(), journal.rescue()), ([], None))

    def test_a_language_that_is_missing_is_said(self):
        self.phone.prefer(["nl"], alloclap.Audience.STANDARD)
        self.addCleanup(self.phone.prefer, ["fr", "en"], alloclap.Audience.STANDARD)
        infoclap = self.panel("ykw3qpt9").infoclap
        self.assertEqual((infoclap.language, infoclap.instead_of), ("en", "nl"))


if __name__ == "__main__":
    unittest.main()
