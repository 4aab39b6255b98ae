"""Seconds that copies() and the signatures of datasketch take for 100,000 statements.

Run: pip install datasketch; python benchmarks/copies.py
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from jiping.annotation.lines import Line, report_of
from jiping.judging.copies import copies

SYLLABLES = "预算执行采购合同验收台账资金拨付项目前期论证指标监控培训档案资产盘点公开内控制度水利教育卫生乡镇街道社区学校医院"
N, PER = 100_000, 100


def sentences(n, rng):
    """Return n made-up statements, a tenth of them an earlier one with a few characters changed."""
    out = []
    for _ in range(n):
        if out and rng.random() < 0.1:
            letters = list(rng.choice(out))
            for _ in range(3):
                letters[rng.randrange(len(letters))] = rng.choice(SYLLABLES)
            out.append("".join(letters))
        else:
            out.append("".join(rng.choices(SYLLABLES, k=rng.randint(18, 60))))
    return out


def main():
    rng = random.Random(1)
    texts = sentences(N, rng)
    lines = [Line(kind="problem", section="problems", text=t, areas=("other",)) for t in texts]
    reports = [
        report_of(lines[k : k + PER], {"unit": f"单位{k}", "id": str(k)}) for k in range(0, N, PER)
    ]
    begin = time.perf_counter()
    found = copies(reports)
    print(
        f"jiping: {time.perf_counter() - begin:.1f} s for {N:,} statements, {len(found):,} copies"
    )
    datasketch(texts[: N // 10])


def datasketch(texts):
    from datasketch import MinHash, MinHashLSH

    begin = time.perf_counter()
    lsh = MinHashLSH(num_perm=128, params=(32, 4))
    sets = [[(a + b).encode() for a, b in zip(t, t[1:], strict=False)] for t in texts]
    for i, sketch in enumerate(MinHash.generator(sets, num_perm=128)):
        lsh.query(sketch)
        lsh.insert(i, sketch)
    print(
        f"datasketch: {time.perf_counter() - begin:.1f} s for {len(texts):,} statements, unconfirmed"
    )


if __name__ == "__main__":
    main()
