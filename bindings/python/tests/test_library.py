"""Finding the build that the processor can run: the wrong one would abort the process."""
import ctypes
import tempfile
import unittest
from pathlib import Path

from ctr_runtime import _abi, _library

V2 = "fpu sse sse2 ssse3 sse4_1 sse4_2 popcnt cx16 lahf_lm"
V3 = f"{V2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
V4 = f"{V3} avx512f avx512bw avx512cd avx512dq avx512vl"


class LibraryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ctr-library-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def build(self, *parts):
        for part in parts:
            (self.folder / part).mkdir(parents=True, exist_ok=True)
            (self.folder / part / _library.SONAME).touch()

    def chosen(self, flags):
        cpuinfo = self.folder / "cpuinfo"
        cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: none\n", encoding="ascii")
        path = _library.best_build(self.folder, _library.cpu_flags(str(cpuinfo)))
        return None if path is None else str(path.relative_to(self.folder))

    def test_the_highest_level_that_the_processor_has(self):
        self.build("", "glibc-hwcaps/x86-64-v3", "glibc-hwcaps/x86-64-v4")
        self.assertEqual(self.chosen(V2), "libctr.so.1")
        self.assertEqual(self.chosen(V3), "glibc-hwcaps/x86-64-v3/libctr.so.1")
        self.assertEqual(self.chosen(V4), "glibc-hwcaps/x86-64-v4/libctr.so.1")

    def test_one_missing_flag_is_a_lower_level(self):
        self.build("", "glibc-hwcaps/x86-64-v3", "glibc-hwcaps/x86-64-v4")
        for flag in V4.split():
            if flag not in V2.split() and flag not in ("abm", "xsave"):
                self.assertNotIn("v4", self.chosen(V4.replace(f" {flag} ", " ") if f" {flag} " in V4 else V4.replace(f" {flag}", "")))

    def test_a_build_that_is_not_there_is_passed_over(self):
        self.build("", "glibc-hwcaps/x86-64-v3")
        self.assertEqual(self.chosen(V4), "glibc-hwcaps/x86-64-v3/libctr.so.1")
        self.assertIsNone(_library.best_build(self.folder / "nowhere", frozenset(V4.split())))

    def test_unknown_flags_mean_the_build_that_runs_everywhere(self):
        self.assertEqual(_library.cpu_flags(str(self.folder / "absent")), frozenset())

    def test_a_named_library_that_is_not_there_is_an_error(self):
        with self.assertRaises(FileNotFoundError):
            _library.find(str(self.folder / "libctr.so.1"))
        with self.assertRaises(FileNotFoundError):
            _library.find(str(self.folder))

    def test_struct_sizes_are_those_of_the_header(self):
        sizes = {"OpenOptions": 16, "Info": 80, "FieldInfo": 24, "Value": 32, "RowBuffer": 48, "Rows": 48, "ScoreOptions": 32, "Counters": 24}
        self.assertEqual(sizes, {name: ctypes.sizeof(getattr(_abi, name)) for name in sizes})

    def test_every_function_of_the_library_is_declared(self):
        exports = Path(__file__).resolve().parents[3] / "native/exports.txt"
        self.assertEqual(exports.read_text(encoding="ascii").split(), sorted(_abi.FUNCTIONS))
