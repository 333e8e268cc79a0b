#!/usr/bin/env python3
"""Decoding and resizing photographs, this project's and Pillow's, in turns: files of a folder, decoded, laid on white where transparent and brought to 224 x 224 by Pillow's bilinear filter, on one thread.

Usage: compare_pillow.py PHOTOS BENCHMARKS [TURNS]

BENCHMARKS is the built program of tests/Benchmarks. JPEGs are decoded at their full size, and at a half, a quarter or an eighth of it while both sides keep 448 pixels (Pillow's `draft`).
Pillow from Debian (apt-get install python3-pil, then run with /usr/bin/python3); where it is not installed the script says so and ends with exit code 0. Prints pictures a second of processor time, and the ratio.
"""
import io
import statistics
import subprocess
import sys
import time
from pathlib import Path

try:
    from PIL import Image, ImageOps
except ImportError:
    print("skipped: Pillow is not installed (apt-get install python3-pil, then run with /usr/bin/python3)")
    sys.exit(0)

SIDE = 224
Image.MAX_IMAGE_PIXELS = 100_000_000


def use(data, least):
    """Whether the picture could be decoded."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if least:
                image.draft("RGB", (least, least))
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                image = image.convert("RGBA")
                white = Image.new("RGBA", image.size, (255, 255, 255, 255))
                image = Image.alpha_composite(white, image)
            ImageOps.fit(image.convert("RGB"), (SIDE, SIDE), Image.BILINEAR)
            return True
    except OSError:
        return False


def pillow(files):
    """Rows as the benchmark prints them: kind, least side, pictures, seconds, seconds of processor."""
    rows = {}
    for kind, least, magic in (("JPEG", 0, b"\xff\xd8"), ("JPEG", 2 * SIDE, b"\xff\xd8"), ("PNG", 0, b"\x89PNG")):
        chosen = [data for data in files if data.startswith(magic)]
        for _ in range(2 if chosen else 0):
            start, cpu = time.perf_counter(), time.process_time()
            count = sum(use(data, least) for data in chosen)
            rows[kind, str(least)] = count, time.perf_counter() - start, time.process_time() - cpu
    return rows


def ours(photos, program):
    output = subprocess.run([program, "picture-decoding", photos], check=True, capture_output=True, text=True).stdout
    return {(kind, least): (int(count), float(wall), float(cpu)) for kind, least, count, wall, cpu in (line.split() for line in output.splitlines())}


def main():
    photos, program, turns = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 5
    files = [path.read_bytes() for path in sorted(Path(photos).iterdir())]
    results = [(ours(photos, program), pillow(files)) for _ in range(turns)]
    print("| files | pictures | here, a second | Pillow, a second | ratio | ratio of each turn |\n| --- | --- | --- | --- | --- | --- |")
    for key in results[0][1]:
        ratios = [(a[key][0] / a[key][2]) / (b[key][0] / b[key][2]) for a, b in results]
        rates = [statistics.median(side[key][0] / side[key][2] for side in sides) for sides in zip(*results)]
        print(f"| {key[0]}{', scaled' if key[1] != '0' else ''} | {results[0][0][key][0]}, {results[0][1][key][0]} | {rates[0]:.1f} | {rates[1]:.1f} | {statistics.median(ratios):.2f} | {' '.join(f'{ratio:.2f}' for ratio in ratios)} |")


main()
