"""Prints how many changed figures of consistent reports the checks find, by relation.

python benchmarks/mutations.py DIRECTORY_WITH_MARKED_REPORTS [SEED] [--show]
"""

import sys
from collections import Counter
from pathlib import Path

from jiping.annotation.marked import read_marked
from jiping.annotation.mutate import changed, related
from jiping.judging.checks import checks
from jiping.reading.clean import clean
from jiping.reading.source import Source


def found(text):
    source = Source(path="", sha256="", media_type="text/plain", text=text)
    return {(c.check, c.stated, c.computed) for c in checks(source, clean(source))}


def main(folder, show, draw):
    hits, tries, false = Counter(), Counter(), 0
    for path in sorted(Path(folder).glob("R*.txt")):
        for report in read_marked(path.read_text(encoding="utf-8"), path.stem):
            text = report.source.text or ""
            clean = found(text)
            false += len(clean)
            for n, relation in enumerate(related(text)):
                new, figure = changed(text, relation, n + draw)
                hit = bool(found(new) - clean)
                tries[relation.check] += 1
                hits[relation.check] += hit
                if show and not hit:
                    a = relation.start + figure.start
                    print(
                        report.source.path,
                        relation.check,
                        new[a : a + 12],
                        "|",
                        text[relation.start : relation.end],
                    )
    for check, n in sorted(tries.items()):
        print(f"{check}: {hits[check]}/{n} = {hits[check] / n:.1%}")
    print(
        f"all: {hits.total()}/{tries.total()} = {hits.total() / max(1, tries.total()):.1%}; findings before any change: {false}"
    )


if __name__ == "__main__":
    rest = [a for a in sys.argv[2:] if a.isdigit()]
    main(sys.argv[1], "--show" in sys.argv, int(rest[0]) if rest else 0)
