"""Times one row through the Python binding: calls.py SECONDS LIBRARY MODEL KEY...

Prints ns of score(count), ns of score(load(keys)), both of a BoundRow, and the logit.
"""
import sys
from timeit import Timer

from ctr_runtime import Model

LEAST_TURNS, CALLS = 5, 2000


def ns(statement: str, names: dict, seconds: float) -> float:
    """ns of a statement: the least of many turns."""
    timer = Timer(statement, globals=names)
    turns = max(LEAST_TURNS, int(seconds / timer.timeit(CALLS)))
    return min(timer.repeat(turns, CALLS)) / CALLS * 1e9


def main() -> None:
    seconds, library, path, keys = float(sys.argv[1]), sys.argv[2], sys.argv[3], [int(key) for key in sys.argv[4:]]
    with Model(path, library=library) as model:
        row = model.bind(len(keys), logits=True)
        count = row.load(keys)
        scored = ns("score(count)", {"score": row.score, "count": count}, seconds)
        loaded = ns("row.score(row.load(keys))", {"row": row, "keys": keys}, seconds)
        print(scored, loaded, row.score(count))


main()
