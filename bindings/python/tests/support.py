"""What the tests share: models, rows and the command line."""
import os
import random
import subprocess
from array import array
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests/golden"
CTR = ROOT / "artifacts/bin/ctr/ctr"
KINDS = ("lr", "poly2", "mf", "fm", "ffm")
MODELS = (*KINDS, *(f"{kind}.{weights}" for kind in KINDS[1:] for weights in ("bf16", "int8")))
FIELDS = {"mf": 2}


def model_path(model: str) -> str:
    """A golden model: a kind, or a kind and a type of weights such as ffm.int8."""
    return str(GOLDEN / f"{model}.ctr")


def golden_key(slot: int) -> int:
    """The key of a slot in the golden models: even ids, and the mix of odd ones."""
    if slot % 2 == 0:
        return slot
    mask = (1 << 64) - 1
    key = slot
    key = ((key ^ (key >> 33)) * 0xFF51AFD7ED558CCD) & mask
    key = ((key ^ (key >> 33)) * 0xC4CEB9FE1A85EC53) & mask
    return key ^ (key >> 33)


def random_rows(model: str, count: int, seed: int = 1):
    """Rows of one known feature per field, some with real values."""
    numbers = random.Random(seed)
    fields = FIELDS.get(model.split(".")[0], 4)
    return [
        [(f, golden_key(numbers.randrange(40)), numbers.choice([1.0, 1.0, 0.25, -2.5])) for f in range(fields)] for _ in range(count)
    ]


def csr(rows):
    """The buffers of rows, as arrays of the standard library."""
    offsets, fields, keys, values = array("Q", [0]), array("I"), array("Q"), array("f")
    for row in rows:
        for field, key, value in row:
            fields.append(field)
            keys.append(key)
            values.append(value)
        offsets.append(len(keys))
    return offsets, keys, fields, values


def bits(scores):
    """The bits of float32 scores, so that equality means equality."""
    return array("f", scores).tobytes()


def ctr(*arguments: str, folder: str) -> str:
    """Runs the command line and returns its standard output."""
    done = subprocess.run([str(CTR), *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, env=os.environ)
    if done.returncode:
        raise AssertionError(f"ctr {arguments} answered {done.returncode}: {done.stderr}")
    return done.stdout
