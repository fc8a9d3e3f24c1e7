#!/usr/bin/env python3
"""score_file.py MODEL DATA [--format libffm|libsvm|csv|tsv] [--logit] [--level LEVEL] [--repeat N] [--features FILE]

Scores a file, gzipped or not, and prints one score per line, in digits that read back to the same float. On stderr: rows, and the time of
one row in the batch, the least of N repetitions. The twin of native/examples/ctr_score.c; needs nothing but the package (numpy is not used).
"""
import argparse
import csv
import gzip
import sys
import time
from array import array

from ctr_runtime import Model, version


def open_text(path):
    """The lines of a text file that may be gzipped."""
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", encoding="utf-8", newline="") if zipped else open(path, encoding="utf-8", newline="")


def parse_line(line, has_fields):
    """Fields, keys and values of a line of libffm text (field:key:value) or libsvm text (key:value), the label left out."""
    words = line.split()
    if words and ":" not in words[0]:
        words = words[1:]
    parts = [word.split(":") for word in words]
    fields = [int(part[0]) for part in parts] if has_fields else [0] * len(parts)
    return fields, [int(part[-2]) for part in parts], [float(part[-1]) for part in parts]


def read_rows(model, path, form):
    """Fields, keys and values of each row. The library encodes named columns, by what it learnt of them in training."""
    with open_text(path) as file:
        if form in ("libffm", "libsvm"):
            for line in file:
                if form == "libsvm":
                    line = line.partition("#")[0]
                if line.strip():
                    yield parse_line(line, form == "libffm")
            return
        records = csv.reader(file, delimiter="," if form == "csv" else "\t", strict=True)
        header = next(records)
        known = {field.name for field in model.fields}
        wanted = [(name, column) for column, name in enumerate(header) if name in known]
        for record in records:
            if record:
                yield model.encode({name: record[column] for name, column in wanted})


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[2], usage=__doc__.partition("\n")[0])
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("--format", choices=("libffm", "libsvm", "csv", "tsv"), default="libffm", help="how the data are written (libffm)")
    parser.add_argument("--logit", action="store_true", help="print logits instead of scores")
    parser.add_argument("--level", default="best", help="instruction set: best, x86-64-v2, x86-64-v3, x86-64-v4 or arm64")
    parser.add_argument("--repeat", type=int, default=1, help="score the batch so many times (1)")
    parser.add_argument("--features", help="write the rows as libffm text with the model's keys, for programs that do not read columns")
    options = parser.parse_args()

    offsets, fields, keys, values = array("Q", [0]), array("I"), array("Q"), array("f")
    with Model(options.model, level=options.level) as model:
        for row in read_rows(model, options.data, options.format):
            fields.extend(row[0])
            keys.extend(row[1])
            values.extend(row[2])
            offsets.append(len(keys))
        if options.features:
            with open(options.features, "w", encoding="ascii") as file:
                for start, end in zip(offsets, offsets[1:]):
                    # The label, which nobody looks at, keeps a row without features from being a blank line.
                    file.write("0" + "".join(f" {fields[i]}:{keys[i]}:{values[i]:.9g}" for i in range(start, end)) + "\n")

        scores = array("f", bytes(4 * (len(offsets) - 1)))
        best = float("inf")
        for _ in range(max(1, options.repeat)):
            start = time.perf_counter_ns()
            model.score_csr(offsets, keys, fields, values, logits=options.logit, out=scores)
            best = min(best, time.perf_counter_ns() - start)
        sys.stdout.writelines(f"{score:.9g}\n" for score in scores)
        print(f"{version()}: {model.info.kind}, {len(scores)} rows, {best / max(1, len(scores)):.0f} ns per row", file=sys.stderr)


if __name__ == "__main__":
    main()
