"""Measure, print, and write docs/benchmarks.md: `python -m bench [beats home …]`.

`BENCH_SHARE=0.01 python -m bench …` tries a benchmark out on a hundredth of its size, and
writes nothing.
"""

import argparse
import signal
import sys
import time

from bench import (
    beats,
    boards,
    collector,
    home,
    integrity,
    overview,
    practice,
    recall,
    recount,
    report,
    roster,
    sealing,
    servers,
    sizes,
    verification,
)

BENCHES = {
    "beats": beats.run,
    "collector": collector.run,
    "boards": boards.run,
    "home": home.run,
    "overview": overview.run,
    "roster": roster.run,
    "signals": integrity.run,
    "sealing": sealing.run,
    "verify": verification.run,
    "recount": recount.run,
    "practice": practice.run,
    "recall": recall.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    names = parser.parse_args().names or list(BENCHES)
    if unknown := set(names) - set(BENCHES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    # ends what was started, also when it is told to stop
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    servers.collect_static()
    peer = 0.0
    # beats first: the peer is measured with them
    for name in [one for one in BENCHES if one in names]:
        begun = time.perf_counter()
        figures = BENCHES[name](peer)
        peer = peer or figures[0].rate * (name == "beats")
        if sizes.IS_WHOLE:
            report.write({name: figures})
        took = time.perf_counter() - begun
        print(f"\n{report.HEADINGS[name]} ({took:.0f} s)\n\n{report.table(figures)}")
        for figure in figures:
            if figure.met is False:
                print(f"MISSED: {figure.work}: {figure.text}, target {figure.target}")


if __name__ == "__main__":
    main()
