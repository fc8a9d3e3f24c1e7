"""Times training: train.py --ctr PROGRAM --work FOLDER [options]; see ./build.sh bench train --help.

Every program reads the same libffm text and runs the same number of epochs on one thread, in turn with the others. What counts is the fastest epoch of
all its runs, parsing left out: ctr reports the time of each epoch, libffm the time spent training, xLearn that of an epoch with its validation.
"""
import argparse
import json
import os
import re
import subprocess
from pathlib import Path

CASES = [("lr", 0), ("fm", 4), ("fm", 8), ("fm", 16), ("ffm", 4), ("ffm", 8)]
XLEARN_SCORES = {"lr": "0", "fm": "1", "ffm": "2"}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
MB = 1024.0


class Run:
    """What a run of a program took: seconds and validation loss of each epoch, and the most memory in MB."""

    def __init__(self, epochs: list, peak_mb: float):
        self.epochs, self.peak_mb = epochs, peak_mb

    def fastest(self) -> float:
        """Seconds of the fastest epoch."""
        return min(seconds for seconds, _ in self.epochs)

    def best_loss(self) -> float:
        """The least validation loss."""
        return min(loss for _, loss in self.epochs)

    def seconds_to(self, target: float) -> float:
        """Seconds of training until the validation loss is that or less."""
        total = 0.0
        for seconds, loss in self.epochs:
            total += seconds
            if loss <= target:
                return total
        raise ValueError(f"no epoch reaches {target}")


def run(command: list, cwd: Path) -> tuple:
    """Standard output of a program, and the most memory that it had in MB."""
    # xLearn names its log after the user and the machine, and stops where the environment does not.
    environment = {"USER": "user", "HOSTNAME": "host", **os.environ}
    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        output = process.stdout.read()
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{output[-2000:]}{errors[-2000:]}")
    return COLOURS.sub("", output), usage.ru_maxrss / MB


def run_ctr(program: str, work: Path, kind: str, latent: int, epochs: int) -> Run:
    """ctr train, with its defaults."""
    report = work / "report.json"
    command = [program, "train", "--kind", kind, "--data", "train.ffm", "--validation", "validation.ffm", "--format", "libffm", "--model", "model.ctr"]
    command += ["--epochs", str(epochs), "--patience", str(epochs), "--json", str(report)] + (["--latent", str(latent)] if latent else [])
    _, peak = run(command, work)
    epochs_done = json.loads(report.read_text())["epochs"]
    return Run([(epoch["seconds"], epoch["validation_loss"]) for epoch in epochs_done], peak)


def run_libffm(program: str, work: Path, kind: str, latent: int, epochs: int) -> Run:
    """libffm's ffm-train, whose last column is the time spent training so far, to a tenth of a second: what counts is the mean."""
    output, peak = run([program, "-k", str(latent), "-t", str(epochs), "-p", "validation.ffm", "train.ffm", "model.libffm"], work)
    rows = re.findall(r"^ +\d+ +[\d.]+ +([\d.]+) +([\d.]+)$", output, re.MULTILINE)
    if len(rows) != epochs:
        raise SystemExit(f"{program}: {epochs} epochs expected in\n{output}")
    return Run([(float(rows[-1][1]) / epochs, float(loss)) for loss, _ in rows], peak)


def run_xlearn(program: str, work: Path, kind: str, latent: int, epochs: int) -> Run:
    """xLearn's xlearn_train."""
    command = [program, "train.ffm", "-s", XLEARN_SCORES[kind], "-v", "validation.ffm", "-e", str(epochs), "--dis-es", "-nthread", "1", "-m", "none"]
    output, peak = run(command + ["--no-bin", "-l", "xlearn.log"] + (["-k", str(latent)] if latent else []), work)
    rows = re.findall(r"\] +\d+ +[\d.]+ +([\d.]+) +([\d.]+)", output)
    if len(rows) != epochs:
        raise SystemExit(f"{program}: {epochs} epochs expected in\n{output}")
    return Run([(float(seconds), float(loss)) for loss, seconds in rows], peak)


def programs_for(kind: str, ctr: str) -> dict:
    """The programs that train a kind here: a function for each name."""
    programs = {"ctr": (ctr, run_ctr)}
    if kind == "ffm" and os.environ.get("LIBFFM_TRAIN"):
        programs["libffm"] = (os.environ["LIBFFM_TRAIN"], run_libffm)
    if os.environ.get("XLEARN_TRAIN"):
        programs["xlearn"] = (os.environ["XLEARN_TRAIN"], run_xlearn)
    return programs


def measure(options, kind: str, latent: int, features: int, work: Path) -> dict:
    """One case: every program, in turn."""
    programs = programs_for(kind, options.ctr)
    runs = {name: [] for name in programs}
    for _ in range(options.turns):
        for name, (program, function) in programs.items():
            runs[name].append(function(program, work, kind, latent, options.epochs))
            for binary in work.glob("*.bin"):
                binary.unlink()
    target = max(of[0].best_loss() for of in runs.values())
    result = {"name": f"{kind}{f' k={latent}' if latent else ''} {features} features", "rows": options.rows}
    for name, of in runs.items():
        seconds = min(one.fastest() for one in of)
        prefix = "" if name == "ctr" else f"{name}_"
        result[f"{prefix}ns_per_row"] = round(seconds / options.rows * 1e9, 1)
        result[f"{prefix}rows_per_second"] = round(options.rows / seconds)
        result[f"{prefix}peak_mb"] = round(max(one.peak_mb for one in of), 1)
        result[f"{prefix}validation_loss"] = round(of[0].best_loss(), 5)
        result[f"{prefix}seconds_to_{target:.4f}"] = round(min(one.seconds_to(target) for one in of), 2)
        ratio = "" if name == "ctr" else f"{result[f'{prefix}ns_per_row'] / result['ns_per_row']:8.2f}"
        print(f"{result['name']:30} {name:7} {seconds / options.rows * 1e9:10.1f} {result[f'{prefix}rows_per_second']:12} {ratio:>8} "
              f"{result[f'{prefix}peak_mb']:9.1f} {of[0].best_loss():9.5f} {result[f'{prefix}seconds_to_{target:.4f}']:9.2f} to {target:.4f}", flush=True)
    return result


def make_data(options, most_values: int, work: Path) -> int:
    """Writes the synthetic log, and answers how many features its training rows have."""
    command = [options.ctr, "synth", "--rows", str(options.rows), "--validation-rows", str(max(1000, options.rows // 10)), "--max-values", str(most_values)]
    run(command + ["--min-values", "10", "--train-out", "train.ffm", "--validation-out", "validation.ffm"], work)
    with open(work / "train.ffm", encoding="ascii") as rows:
        return len({feature for row in rows for feature in row.split()[1:]})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ctr", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--filter", default="")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.ctr = str(Path(options.ctr).resolve())
    work = (options.work / "train").resolve()
    work.mkdir(parents=True, exist_ok=True)
    print(f"{options.rows} rows of 39 fields, one thread, the fastest of {options.turns} times {options.epochs} epochs")
    print(f"{'':30} {'program':7} {'ns per row':>10} {'rows/s':>12} {'ratio':>8} {'peak MB':>9} {'loss':>9} {'seconds':>9} to loss")
    results = []
    for most_values in (100, 10_000):
        features = make_data(options, most_values, work)
        for kind, latent in CASES:
            if options.filter in f"{kind} k={latent}":
                results.append(measure(options, kind, latent, features, work))
    for file in work.iterdir():
        file.unlink()
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


main()
