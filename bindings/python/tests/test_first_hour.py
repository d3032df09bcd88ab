"""What the docs promise for the first hour, run as a reader would run it."""

import tempfile
import unittest

from first_hour import first_hour
from test_visit import ROOT, TRUSTED, Server, luma


class FirstHour(unittest.TestCase):
    def test_the_page_of_the_docs_works(self):
        try:
            frame, width, height = luma(ROOT / "samples/photos/saint-bonnet-easy.jpg")
        except FileNotFoundError:
            self.skipTest("ffmpeg, which opens the photograph, is not installed")
        with tempfile.TemporaryDirectory(prefix="alloclap-hour-") as folder, Server() as server:
            said = first_hour(folder, server.url, TRUSTED, frame, width, height)
        self.assertTrue(said[0].startswith("edition "), said)
        self.assertTrue(any(line.startswith("Liberté: ") for line in said), said)
        self.assertTrue(any(line.startswith("playing ") for line in said), said)
        self.assertTrue(any(line.startswith("TRIGGER at ") for line in said), said)
        self.assertEqual(said[-1], "choose another folder than /proc/nowhere")


if __name__ == "__main__":
    unittest.main()
