"""Buffers of numpy, and the absence of numpy."""
import subprocess
import sys
import unittest
from array import array

from ctr_runtime import Model

from .support import KINDS, ROOT, bits, csr, model_path, random_rows

try:
    import numpy
except ImportError:
    numpy = None


@unittest.skipIf(numpy is None, "this interpreter has no numpy")
class NumpyTest(unittest.TestCase):
    def test_arrays_are_used_where_they_are(self):
        for kind in KINDS:
            with self.subTest(kind=kind), Model(model_path(kind)) as model:
                rows = random_rows(kind, 30)
                offsets, keys, fields, values = csr(rows)
                out = numpy.zeros(30, numpy.float32)
                unknown = numpy.full(30, 9, numpy.uint32)
                result = model.score_csr(
                    numpy.array(offsets, numpy.uint64), numpy.array(keys, numpy.uint64), numpy.array(fields, numpy.uint32),
                    numpy.array(values, numpy.float32), out=out, unknown=unknown)
                self.assertIs(result, out)
                self.assertEqual(bits(model.score(rows)), out.tobytes())
                self.assertFalse(unknown.any())

    def test_a_new_result_is_a_numpy_array(self):
        with Model(model_path("lr")) as model:
            result = model.score_csr(numpy.array([0, 1], numpy.uint64), numpy.array([2], numpy.uint64))
            self.assertEqual((result.dtype, result.shape), (numpy.float32, (1,)))
            self.assertIsInstance(model.score_csr(array("Q", [0, 1]), array("Q", [2])), array)

    def test_numbers_of_numpy_are_raw_values(self):
        with Model(model_path("ffm")) as model:
            self.assertEqual(model.encode({0: numpy.int64(6), 1: numpy.float32(8), 2: numpy.uint64((1 << 64) - 1)}),
                             model.encode({0: 6, 1: 8.0, 2: (1 << 64) - 1}))
            with self.assertRaises(TypeError):
                model.encode({0: numpy.bool_(True)})

    def test_a_bound_row_can_be_seen_as_arrays(self):
        with Model(model_path("fm")) as model:
            row = model.bind(2)
            numpy.frombuffer(row.keys, numpy.uint64)[:] = [2, 4]
            self.assertEqual([row.score(2)], model.score([[(0, 2), (1, 4)]]))

    def test_read_only_arrays_are_read_and_not_written(self):
        with Model(model_path("lr")) as model:
            offsets, keys = numpy.array([0, 1], numpy.uint64), numpy.array([2], numpy.uint64)
            expected = model.score_csr(offsets, keys)
            keys.flags.writeable = False
            self.assertEqual(expected, model.score_csr(offsets, keys))
            out = numpy.zeros(1, numpy.float32)
            out.flags.writeable = False
            with self.assertRaisesRegex(TypeError, "writable"):
                model.score_csr(offsets, keys, out=out)

    def test_nothing_is_converted_in_silence(self):
        with Model(model_path("lr")) as model:
            offsets, keys = numpy.array([0, 1], numpy.uint64), numpy.array([2], numpy.uint64)
            for wrong in (offsets.astype(numpy.int64), offsets.astype(numpy.float64), offsets.reshape(1, 2), numpy.zeros(4, numpy.uint64)[::2]):
                with self.assertRaises(TypeError):
                    model.score_csr(wrong, keys)
            with self.assertRaisesRegex(TypeError, "float32"):
                model.score_csr(offsets, keys, values=numpy.ones(1))


class WithoutNumpyTest(unittest.TestCase):
    def test_the_package_works_without_it(self):
        code = f"""
import sys
sys.modules["numpy"] = None  # an import of it now fails
from array import array
from ctr_runtime import Model
with Model({model_path("fm")!r}) as model:
    scores = model.score_csr(array("Q", [0, 1]), array("Q", [2]))
    assert isinstance(scores, array) and scores.typecode == "f" and 0 < scores[0] < 1
    assert model.score([[(0, 2)]]) == scores.tolist()
"""
        subprocess.run([sys.executable, "-c", code], cwd=ROOT / "bindings/python", check=True)
