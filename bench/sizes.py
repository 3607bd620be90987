"""How large the measured things are: whole, or a share of it to try a benchmark out."""

import os

SHARE = float(os.environ.get("BENCH_SHARE", "1"))
IS_WHOLE = SHARE == 1


def scaled(whole: int, least: int = 1) -> int:
    """So many, or the share of them that BENCH_SHARE names."""
    return max(least, round(whole * SHARE))
