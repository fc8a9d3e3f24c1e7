"""Finding the build that the processor can run: the wrong one would abort the process."""
import ctypes
import re
import subprocess
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from ctr_runtime import CtrError, Model, Status, _abi, _library, _processor

from .support import ROOT, model_path

V2 = _processor.LEVELS[2]
V3 = V2 | _processor.LEVELS[3]
V4 = V3 | _processor.LEVELS[4]


class LibraryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ctr-library-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def build(self, *parts):
        for part in parts:
            (self.folder / part).mkdir(parents=True, exist_ok=True)
            (self.folder / part / _library.SONAME).touch()

    def chosen(self, features):
        path = _library.best_build(self.folder, _processor.level_of(features))
        return None if path is None else str(path.relative_to(self.folder))

    def test_the_highest_level_that_the_processor_has(self):
        self.build("", "glibc-hwcaps/x86-64-v3", "glibc-hwcaps/x86-64-v4")
        self.assertEqual(self.chosen(V2), "libctr.so.1")
        self.assertEqual(self.chosen(V3), "glibc-hwcaps/x86-64-v3/libctr.so.1")
        self.assertEqual(self.chosen(V4), "glibc-hwcaps/x86-64-v4/libctr.so.1")

    def test_one_missing_feature_is_a_lower_level(self):
        for level, features in _processor.LEVELS.items():
            for feature in features:
                with self.subTest(feature):
                    self.assertEqual(_processor.level_of(V4 - {feature}), level - 1)

    def test_a_processor_that_is_not_known_gets_the_lowest_build(self):
        self.build("", "glibc-hwcaps/x86-64-v3", "glibc-hwcaps/x86-64-v4")
        self.assertEqual(self.chosen(None), "libctr.so.1")

    def test_the_level_is_the_one_that_the_dynamic_loader_sees(self):
        loader = subprocess.run(["/lib64/ld-linux-x86-64.so.2", "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
        expected = max([1, *map(int, re.findall(r"x86-64-v(\d) \(supported", loader))])
        self.assertEqual(_processor.level_of(_processor.features()), expected)

    def test_the_loaded_build_is_the_best_one(self):
        level = min(4, _processor.level_of(_processor.features()))
        self.assertTrue(_library.version().endswith(f"x86-64-v{level}"))

    def test_a_build_that_is_not_there_is_passed_over(self):
        self.build("", "glibc-hwcaps/x86-64-v3")
        self.assertEqual(self.chosen(V4), "glibc-hwcaps/x86-64-v3/libctr.so.1")
        self.assertIsNone(_library.best_build(self.folder / "nowhere", 4))

    def test_a_named_library_that_is_not_there_is_an_error(self):
        with self.assertRaises(FileNotFoundError):
            _library.find(str(self.folder / "libctr.so.1"))
        with self.assertRaises(FileNotFoundError):
            _library.find(str(self.folder))

    def test_a_named_build_that_would_abort_the_process_is_refused(self):
        self.build("", "glibc-hwcaps/x86-64-v3", "glibc-hwcaps/x86-64-v4")
        named = str(self.folder / "glibc-hwcaps/x86-64-v4" / _library.SONAME)
        self.assertEqual(_library.find(named, level=4), named)
        with self.assertRaisesRegex(OSError, "x86-64-v4.*x86-64-v3"):
            _library.find(named, level=3)
        self.assertEqual(_library.find(self.folder, level=3), str(self.folder / "glibc-hwcaps/x86-64-v3" / _library.SONAME))
        with self.assertRaisesRegex(OSError, "x86-64-v2"):
            _library.find(named, level=1)

    def test_any_build_can_be_named(self):
        base = ROOT / "artifacts/native/linux-x64/lib" / _library.SONAME
        self.assertTrue(_library.version(base).endswith("+x86-64-v2"))
        with Model(model_path("lr"), library=base) as model, Model(model_path("lr"), level="x86-64-v2") as other:
            self.assertEqual(model.info.level, "x86-64-v2")
            self.assertEqual(model.score([[(0, 2)]]), other.score([[(0, 2)]]))

    def test_the_environment_names_the_library(self):
        with unittest.mock.patch.dict("os.environ", CTR_LIBRARY=str(self.folder)):
            self.build("")
            self.assertEqual(_library.find(), str(self.folder / _library.SONAME))

    def test_struct_sizes_are_those_of_the_header(self):
        sizes = {"OpenOptions": 16, "Info": 80, "FieldInfo": 24, "Value": 32, "RowBuffer": 48, "Rows": 48, "ScoreOptions": 32, "Counters": 24}
        self.assertEqual(sizes, {name: ctypes.sizeof(getattr(_abi, name)) for name in sizes})

    def test_the_build_of_the_repository_is_the_one_for_this_architecture(self):
        for machine, folder in (("x86_64", "linux-x64"), ("aarch64", "linux-arm64")):
            with unittest.mock.patch("platform.machine", return_value=machine):
                self.assertIn(ROOT / "artifacts/native" / folder / "lib", list(_library._folders()))

    def test_levels_are_those_of_the_header(self):
        header = (ROOT / "native/include/ctr.h").read_text(encoding="utf-8")
        numbers = {int(number) for number in re.findall(r"CTR_LEVEL_\w+ = (\d+)", header)}
        self.assertEqual(numbers, set(_abi.LEVELS.values()))
        with self.assertRaises(CtrError) as refused, Model(model_path("lr"), level="arm64"):
            pass
        self.assertEqual(refused.exception.status, Status.UNSUPPORTED)

    def test_every_function_of_the_library_is_declared(self):
        exports = ROOT / "native/exports.txt"
        self.assertEqual(exports.read_text(encoding="ascii").split(), sorted(_abi.FUNCTIONS))

    def test_statuses_are_those_of_the_header(self):
        header = (ROOT / "native/include/ctr.h").read_text(encoding="utf-8")
        statuses = {name: int(number) for name, number in re.findall(r"^ *CTR_ERROR_(\w+) = (-\d+)", header, re.MULTILINE)}
        self.assertEqual(statuses, {status.name: int(status) for status in Status})
