#!/usr/bin/env python3
"""same_bits.py FILE FILE...: whether files of one number per line hold the same floats, bit for bit."""
import sys
from array import array


def main():
    scores = []
    for path in sys.argv[1:]:
        with open(path, encoding="ascii") as file:
            scores.append(array("f", map(float, file)))
    first, *others = scores
    for path, other in zip(sys.argv[2:], others):
        if len(other) != len(first):
            sys.exit(f"{path} has {len(other)} scores, {sys.argv[1]} has {len(first)}")
        if other.tobytes() != first.tobytes():
            row = next(i for i in range(len(first)) if first[i : i + 1].tobytes() != other[i : i + 1].tobytes())
            sys.exit(f"{path} differs from {sys.argv[1]} in line {row + 1}: {other[row]!r}, not {first[row]!r}")
    print(f"all {len(first)} scores of {len(scores)} programs are equal in every bit")


if __name__ == "__main__":
    main()
