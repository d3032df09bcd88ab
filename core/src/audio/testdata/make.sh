#!/bin/sh
# Makes the golden samples beside it: one 1.2 s chirp from 200 to 2,000 Hz at half scale, in every format that is played.
# Needs ffmpeg and opusenc (Debian: opus-tools). The files are committed, so that tests need neither.
set -eu
cd "$(dirname "$0")"
chirp() { ffmpeg -v error -y -f lavfi -i "aevalsrc='0.5*sin(2*PI*(200*t+750*t*t))':s=$1:d=1.2" -bitexact "$2"; }
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
chirp 48000 "$work/48.wav"
chirp 44100 "$work/44.wav"
chirp 8000 "$work/8.wav"
quiet="ffmpeg -v error -y -bitexact"
opusenc --quiet --bitrate 24 --max-delay 200 --serial 1 "$work/48.wav" chirp.opus
$quiet -i "$work/44.wav" -c:a libmp3lame -b:a 48k chirp.mp3
$quiet -i "$work/44.wav" -c:a aac -b:a 48k chirp.m4a
$quiet -i "$work/8.wav" -c:a flac chirp.flac
$quiet -i "$work/44.wav" -c:a libvorbis -q:a 0 -page_duration 200000 -serial_offset 1 chirp.ogg
$quiet -i "$work/8.wav" -c:a pcm_s16le chirp.wav
# The chirp and three seconds of silence with a variable bit rate and no header that tells its length: guessed from the first
# frames, it would last much less or more than it does.
$quiet -i "$work/44.wav" -af apad=pad_dur=3 -c:a libmp3lame -q:a 9 -write_xing 0 -id3v2_version 0 vbr-without-index.mp3
# The same as chirp.mp3 behind an ID3 tag with a cover picture.
$quiet -f lavfi -i color=red:s=64x64:d=1 -frames:v 1 "$work/cover.png"
$quiet -i chirp.mp3 -i "$work/cover.png" -map 0 -map 1 -c copy -id3v2_version 3 -disposition:v attached_pic cover.mp3
