#!/usr/bin/env python3
"""Speaks the samples' commentaries: every transcript in saint-bonnet/commentaries becomes the Ogg Opus file beside it.

Needs Python 3.11, espeak-ng and opusenc (apt install espeak-ng opus-tools). The stream's serial number is made from the
commentary's id, so that the same words spoken by the same versions give the same bytes.
"""

import pathlib
import subprocess
import sys
import tomllib
import zlib

SOURCE = pathlib.Path(__file__).parent / "saint-bonnet"
VOICES = {"fr": "fr-fr", "en": "en-gb"}
WORDS_A_MINUTE = "150"
# A synthetic voice has little to lose: 12 kbit/s keep all commentaries together below a megabyte.
KBIT_A_SECOND = "12"


def speak(commentary: dict) -> pathlib.Path:
    """Writes the first rendition of one commentary and returns its path."""
    file = SOURCE / commentary["renditions"][0]["file"]
    file.parent.mkdir(exist_ok=True)
    wav = subprocess.run(
        ["espeak-ng", "-v", VOICES[commentary["language"]], "-s", WORDS_A_MINUTE, "--stdin", "--stdout"],
        input=commentary["transcript"].encode(),
        capture_output=True,
        check=True,
    ).stdout
    serial = str(zlib.crc32(commentary["id"].encode()) & 0x7FFFFFFF)
    subprocess.run(
        ["opusenc", "--quiet", "--speech", "--bitrate", KBIT_A_SECOND, "--downmix-mono", "--serial", serial]
        + ["--title", commentary["id"], "--artist", "espeak-ng", "-", str(file)],
        input=wav,
        check=True,
    )
    return file


def main() -> int:
    total = 0
    for table in sorted(SOURCE.glob("commentaries/*.toml")):
        for commentary in tomllib.loads(table.read_text(encoding="utf-8"))["commentary"]:
            file = speak(commentary)
            total += file.stat().st_size
            print(f"{file.relative_to(SOURCE)}: {file.stat().st_size} bytes")
    print(f"{total} bytes in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
