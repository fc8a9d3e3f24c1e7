"""What README.md shows must work: its examples are compiled and run, its commands are typed."""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NATIVE = ROOT / "artifacts/native/linux-x64"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """The fenced code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def run(command, folder, **environment):
    """Runs a command in a folder and returns what it printed; anything but exit 0 is an error that shows it."""
    path = f"{ROOT / 'artifacts/bin/ctr'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "bindings/python"), **environment}
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{command} answered {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class ReadmeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ctr-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def make_model(self):
        """model.ctr, of three fields and the ids that the examples use."""
        rows = [f"{i % 2} 0:{17 + i % 2}:1 1:{42 + i % 3}:1 2:{99 + i % 5}:1" for i in range(60)]
        (self.folder / "train.ffm").write_text("\n".join(rows) + "\n", encoding="utf-8")
        run(["ctr", "train", "--kind", "ffm", "--data", "train.ffm", "--format", "libffm", "--model", "model.ctr"], self.folder)

    def test_the_c_example_compiles_strictly_and_scores(self):
        self.make_model()
        self.compile_and_run(blocks("c")[0])

    def test_the_examples_of_ranking_find_the_same_best(self):
        self.make_model()
        printed = self.compile_and_run(blocks("c")[1]).split()
        code = f"from ctr_runtime import Model\n{blocks('python')[2]}"
        ranked = run([sys.executable, "-c", code], self.folder)
        self.assertEqual([int(index) for index, _ in re.findall(r"\((\d+), ([\d.]+)\)", ranked)], [int(printed[0]), int(printed[2])])
        (self.folder / "ads.ffm").write_text("2:99:1\n2:100:1\n2:101:1\n", encoding="utf-8")
        (command,) = re.findall(r"^(ctr rank .*)$", README, re.MULTILINE)
        lines = run(["bash", "-euc", command], self.folder).splitlines()
        self.assertEqual([line.split("\t")[0] for line in lines], [printed[0], printed[2]])

    def compile_and_run(self, example):
        (self.folder / "example.c").write_text(example, encoding="utf-8")
        strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{NATIVE / 'include'}"]
        link = [f"-L{NATIVE / 'lib'}", "-lctr", f"-Wl,-rpath,{NATIVE / 'lib'}"]
        for language in (["gcc", "-std=c99"], ["g++", "-std=c++11", "-x", "c++"]):
            run([*language, *strict, "example.c", "-o", "example", *link], self.folder)
            printed = run(["./example"], self.folder)
        return printed

    def test_the_first_python_example_scores_one_row(self):
        self.make_model()
        printed = run([sys.executable, "-c", blocks("python")[0]], self.folder)
        self.assertRegex(printed, r"^\[0\.\d+\]\n$")

    def test_the_python_example_of_raw_values_scores_one_row(self):
        lines = ["label,age,occupation"]
        lines += [f"{i % 2},{20 + i},{('Sales', 'Tech-support')[i % 2]}" for i in range(60)]
        (self.folder / "train.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        run("ctr train --kind fm --data train.csv --format csv --numeric age --model model.ctr".split(), self.folder)
        code = blocks("python")[1].replace("model.score_values", "scores = model.score_values")
        run([sys.executable, "-c", f"from ctr_runtime import Model\n{code}\nassert len(scores) == 1 and 0 < scores[0] < 1"], self.folder)

    def test_the_commands_work_as_they_stand(self):
        commands = blocks("sh")[1].splitlines()
        self.assertTrue(commands[0].startswith("./build.sh") and commands[1].startswith("PATH="))
        run(["bash", "-euc", "\n".join(commands[2:])], self.folder)
        scores = (self.folder / "scores.txt").read_text(encoding="utf-8").split()
        self.assertEqual(len(scores), len((self.folder / "test.ffm").read_text(encoding="utf-8").splitlines()))
        self.assertTrue(all(0 < float(score) < 1 for score in scores))


if __name__ == "__main__":
    unittest.main()
