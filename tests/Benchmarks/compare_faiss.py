#!/usr/bin/env python3
"""The audit's exact search, a plain Gemm and FAISS's flat index in one run: 10,000 x 50,000 x 512, top 10.

Usage: compare_faiss.py [TURNS]

FAISS from Debian (apt-get install python3-faiss libopenblas0) multiplies with OpenBLAS, without libopenblas0 many times slower. Where it is not installed the script says so and ends with exit code 0.
Each turn measures FAISS, then `search` of this project's benchmarks (its own search and the plain Gemm, medians of seven turns).
"""
import re
import subprocess
import sys
import time
from pathlib import Path

QUERIES, ROWS, WIDTH, NEIGHBOURS = 10_000, 50_000, 512, 10

try:
    import faiss
    import numpy
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed (apt-get install python3-faiss libopenblas0, then run with /usr/bin/python3)")
    sys.exit(0)


def faiss_seconds():
    """The median of three searches, after one that does not count; rows are drawn evenly around 0 and scaled to length 1, as a cosine search needs."""
    draws = numpy.random.RandomState(1)
    queries, rows = ((draws.rand(count, WIDTH) - 0.5).astype("float32") for count in (QUERIES, ROWS))
    for vectors in (queries, rows):
        faiss.normalize_L2(vectors)
    index = faiss.IndexFlatIP(WIDTH)
    index.add(rows)
    times = []
    for _ in range(4):
        start = time.perf_counter()
        index.search(queries, NEIGHBOURS)
        times.append(time.perf_counter() - start)
    return sorted(times[1:])[1]


def ours():
    """Seconds of our search and the rate it has of a plain Gemm."""
    benchmarks = Path(__file__).parent / "bin/Release/net10.0/Benchmarks.dll"
    lines = subprocess.run(["dotnet", benchmarks, "search"], check=True, capture_output=True, text=True).stdout.splitlines()
    line = next(line for line in lines if f"{QUERIES:,} × {ROWS:,} × {WIDTH}, top {NEIGHBOURS}" in line)
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return float(re.match(r"[\d.]+", cells[4]).group()), float(cells[3])


print(f"FAISS {faiss.__version__} flat index, {faiss.omp_get_max_threads()} threads; {QUERIES:,} × {ROWS:,} × {WIDTH}, top {NEIGHBOURS}")
for turn in range(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
    theirs = faiss_seconds()
    seconds, of_gemm = ours()
    print(f"ours {seconds:.2f} s, {of_gemm:.2f} of the plain Gemm's rate; FAISS {theirs:.2f} s, {theirs / seconds:.2f} times ours")
