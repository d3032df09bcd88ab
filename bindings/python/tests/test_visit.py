"""A whole visit through the generated Python module: publish, sync, scan, walk, listen.

The publisher's side is the `alloclap` command named by ALLOCLAP_BIN; everything of the visitor's goes through the bindings.
"""

import json
import os
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from pathlib import Path

import alloclap

ROOT = Path(__file__).resolve().parents[3]
ALLOCLAP = os.environ["ALLOCLAP_BIN"]


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


class Listener(alloclap.SyncListener):
    def __init__(self):
        self.reports = []

    def progress(self, progress):
        self.reports.append(progress)


class ThrowingListener(alloclap.SyncListener):
    def progress(self, progress):
        raise ValueError("a progress bar that broke")


class Visit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="alloclap-visit-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        public = cls.folder / "public"
        subprocess.run(
            [ALLOCLAP, "publish", "build", ROOT / "samples/saint-bonnet", "--out", public, "--keys", cls.folder / "keys"],
            check=True,
            capture_output=True,
        )
        server = subprocess.Popen(
            [ALLOCLAP, "publish", "serve", public, "--address", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE
        )
        cls.url = json.loads(server.stdout.readline())["url"]
        cls.phone = alloclap.Companion.open(str(cls.folder / "phone"), ["fr", "en"], alloclap.Audience.STANDARD)
        cls.phone.follow(cls.url, (public / "metadata/1.root.json").read_text())
        cls.listener = Listener()
        cls.report = cls.phone.sync(cls.url, None, cls.listener).wait()
        cls.thrown_at = cls.phone.sync(cls.url, None, ThrowingListener()).wait()
        # From here on there is no network.
        server.kill()
        server.wait()
        server.stdout.close()

    def panel(self, code):
        return self.phone.panel(self.phone.answer(code).panel)

    def test_the_download_says_how_far_it_is(self):
        self.assertGreater(self.report.files, 0)
        last = self.listener.reports[-1]
        self.assertEqual((last.files_done, last.bytes_done), (last.files_total, last.bytes_total))
        (guide,) = self.phone.guides()
        self.assertEqual((guide.name, guide.trails), ("AlloClap", 1))

    def test_a_listener_that_throws_does_not_stop_a_download(self):
        self.assertEqual(self.thrown_at.version, self.report.version)

    def test_without_network_the_old_guide_survives(self):
        with self.assertRaises(alloclap.CompanionError.Unreachable):
            self.phone.sync(self.url, None, Listener()).wait()
        self.assertEqual(len(self.phone.guides()), 1)

    def test_a_photographed_flashcode_opens_its_panel(self):
        try:
            pixels, width, height = luma(ROOT / "samples/photos/saint-bonnet-easy.jpg")
        except FileNotFoundError:
            self.skipTest("ffmpeg, which opens the photograph, is not installed")
        (code,) = self.phone.scan(pixels, width, height, width)
        panel = self.phone.panel(self.phone.answer(code.text).panel)
        self.assertEqual((panel.code, panel.film.brief.title.text), ("YKW3-QPT9", "Liberté"))
        self.assertEqual(panel.infoclap.language, "fr")
        self.assertEqual(len(code.corners), 4)

    def test_a_frame_of_the_wrong_size_is_an_error_that_says_so(self):
        with self.assertRaises(alloclap.CompanionError.Input) as raised:
            self.phone.scan(b"too short", 640, 480, 640)
        self.assertEqual(raised.exception.what, "frame")

    def test_a_strangers_link_is_shown_and_never_opened(self):
        answer = self.phone.answer("https://example.org/win")
        self.assertTrue(answer.is_LINK())
        self.assertEqual(answer.host, "example.org")

    def test_places_films_and_words_are_found_offline(self):
        near = self.phone.nearby(alloclap.Position(lat_deg=48.8848, lon_deg=2.3336), 3)
        distances = [place.distance_m for place in near]
        self.assertEqual(distances, sorted(distances))
        self.assertTrue(near[0].place.panels)
        hits = self.phone.search("amelie poulin", 5)
        film = self.phone.film(next(hit.key for hit in hits if hit.kind == "film"))
        self.assertGreater(len(film.shootings), 1)
        with self.assertRaises(alloclap.CompanionError.NotFound):
            self.phone.film(alloclap.Key(publication=film.brief.key.publication, id="no-such-film"))

    def test_a_walk_tells_every_stop_of_the_trail(self):
        (trail,) = self.phone.trails()
        options = alloclap.GuideOptions(sound=alloclap.Sound.ON_HEADPHONES, headphones=True)
        guide = self.phone.guide(trail.key, options)
        told = set()
        for fix in fixes(ROOT / "samples/walks/montmartre.gpx"):
            for event in guide.step(fix):
                if event.kind in (alloclap.GuideEventKind.TRIGGER, alloclap.GuideEventKind.OFFER):
                    told.update(event.stops)
        stops = {stop.id for stop in trail.stops if stop.closed is None}
        self.assertEqual(stops - told, set(), "stops of the trail that were neither told nor offered")
        self.assertIsNotNone(guide.snapshot().progress_m)

    def test_a_walk_goes_on_after_the_app_was_killed(self):
        (trail,) = self.phone.trails()
        options = alloclap.GuideOptions(sound=alloclap.Sound.ON_HEADPHONES, headphones=True)
        walk = list(fixes(ROOT / "samples/walks/montmartre.gpx"))
        guide = self.phone.guide(trail.key, options)
        for fix in walk[: len(walk) // 2]:
            guide.step(fix)
        again = self.phone.guide(trail.key, options, guide.saved())
        for fix in walk[len(walk) // 2 :]:
            self.assertEqual(again.step(fix), guide.step(fix))

    def test_without_a_trail_the_places_around_are_told(self):
        (trail,) = self.phone.trails()
        options = alloclap.GuideOptions(sound=alloclap.Sound.ALWAYS, headphones=False)
        guide = self.phone.roam(trail.line[0], options)
        events = [event for fix in fixes(ROOT / "samples/walks/montmartre.gpx") for event in guide.step(fix)]
        kinds = {event.kind for event in events}
        self.assertTrue(kinds & {alloclap.GuideEventKind.TRIGGER, alloclap.GuideEventKind.OFFER})
        self.assertIsNone(guide.snapshot().progress_m)

    def test_the_system_is_told_which_regions_to_watch(self):
        here = alloclap.Position(lat_deg=48.8848, lon_deg=2.3336)
        bubble, *around = self.phone.regions(here, 20)
        self.assertIsNone(bubble.place)
        self.assertFalse(bubble.on_enter)
        self.assertTrue(0 < len(around) <= 19 and all(region.on_enter for region in around))
        film = next(hit.key for hit in self.phone.search("amelie poulin", 5) if hit.kind == "film")
        for near in self.phone.within(here, 3_000, alloclap.NearbyFilter(films=[film])):
            self.assertIn(film, [brief.key for brief in near.place.films])

    def test_a_commentary_gives_sound(self):
        first = self.panel("YKW3-QPT9").commentaries[0]
        self.assertEqual((first.language, first.synthetic), ("fr", True))
        recording = self.phone.open_commentary(first.key)
        self.assertAlmostEqual(recording.duration_ms(), first.duration_ms, delta=40)
        samples = recording.read(48_000)
        self.assertEqual(len(samples), 2 * 48_000)
        self.assertGreater(max(abs(sample) for sample in samples), 0.01, "silence instead of a voice")

    def test_a_language_that_is_missing_is_said(self):
        self.phone.prefer(["nl"], alloclap.Audience.STANDARD)
        self.addCleanup(self.phone.prefer, ["fr", "en"], alloclap.Audience.STANDARD)
        infoclap = self.panel("ykw3qpt9").infoclap
        self.assertEqual((infoclap.language, infoclap.instead_of), ("en", "nl"))


if __name__ == "__main__":
    unittest.main()
