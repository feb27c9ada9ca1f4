"""`python -m tests.real FOLDER`: import both files of real data and compare the figures with the published ones."""

import sys
import tempfile
import time
from pathlib import Path

from tests.real import cfpb, hotel
from tests.real.walk import CFPB, HOTEL, Walk, reported, walk


def main(folder: Path) -> int:
    """Walk both files, print what came out beside what was published, and return 1 where one differs."""
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="cscli-real-") as place:
        for name, module, published in (("hotel", hotel, HOTEL), ("cfpb", cfpb, CFPB)):
            began = time.monotonic()
            done = walk(Path(place) / name, name, module.rows(folder / module.NAME))
            wrong += _print(name, done, published, time.monotonic() - began)
            if name == "cfpb":
                found = cfpb.differences(reported(done.home), module.rows(folder / module.NAME))
                print("\n".join(found) or "  report complaints             as the file counts it")
                wrong += len(found)
    return 1 if wrong else 0


def _print(name: str, done: Walk, published: dict[str, str], seconds: float) -> int:
    counts = done.counts
    rate = counts["imported"] / done.seconds
    print(f"{name}: {counts['imported']} of {counts['read']} rows in {done.seconds:.1f} s ({rate:.0f}/s), "
          f"{done.peak // 1024} MB at most, all in {seconds:.1f} s")  # fmt: skip
    wrong = int(counts["rejected"] + counts["skipped"])
    for figure, value in published.items():
        found = done.figures.get(figure, "missing")
        wrong += found != value
        print(f"  {figure:<26} {found:>22}   published {value:>22}   {'' if found == value else 'DIFFERS'}")
    return wrong


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.real FOLDER_OF_DATA")
    sys.exit(main(Path(sys.argv[1])))
