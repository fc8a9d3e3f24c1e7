"""Ranking: what scoring the whole rows gives, from lists, buffers and raw values."""
import ctypes
import random
import tempfile
import threading
import unittest
from array import array

from ctr_runtime import CtrError, Model, Status, _abi

from .support import FIELDS, KINDS, bits, csr, ctr, golden_key, model_path

try:
    import numpy
except ImportError:
    numpy = None


def parts(kind, count=40, seed=2):
    """A context, and candidates of one feature each, some unknown."""
    numbers = random.Random(seed)
    fields = FIELDS.get(kind, 4)
    context = [(f, golden_key(numbers.randrange(40)), numbers.choice([1.0, 0.25])) for f in range(fields - 1)]
    return context, [[(fields - 1, golden_key(numbers.randrange(12)) if i % 7 else 10**9, 1.0)] for i in range(count)]


class RankTest(unittest.TestCase):
    def test_candidates_score_as_the_rows_that_they_make_with_the_context(self):
        for kind in KINDS:
            for level in ("best", "x86-64-v2"):
                with self.subTest(kind=kind, level=level), Model(model_path(kind), level=level) as model:
                    shared, candidates = parts(kind)
                    context = model.prepare(shared)
                    whole = [[*shared, *candidate] for candidate in candidates]
                    for logits in (False, True):
                        for expected, score in zip(model.score(whole, logits=logits), model.rank(context, candidates, logits=logits)):
                            self.assertAlmostEqual(expected, score, delta=1e-5)

    def test_the_best_come_first_and_equal_ones_in_order(self):
        for kind in KINDS:
            with self.subTest(kind=kind), Model(model_path(kind)) as model:
                shared, candidates = parts(kind)
                context = model.prepare(shared)
                scores = model.rank(context, candidates)
                self.assertLess(len(set(scores)), len(scores))
                order = sorted(enumerate(scores), key=lambda pair: -pair[1])
                for top_k in (1, 5, 40, 100):
                    self.assertEqual(model.rank(context, candidates, top_k=top_k), order[:top_k])

    def test_empty_contexts_and_candidates_are_fine(self):
        for kind in KINDS:
            with self.subTest(kind=kind), Model(model_path(kind)) as model:
                shared, _ = parts(kind)
                self.assertAlmostEqual(model.rank(model.prepare([]), [shared])[0], model.score([shared])[0], delta=1e-6)
                context = model.prepare(shared)
                self.assertAlmostEqual(model.rank(context, [[]])[0], model.score([shared])[0], delta=1e-6)
                self.assertEqual(model.rank(context, []), [])
                self.assertEqual(model.rank(context, [], top_k=3), [])

    def test_buffers_are_used_where_they_are(self):
        with Model(model_path("ffm")) as model:
            shared, candidates = parts("ffm")
            _, keys, fields, values = csr([shared])
            context = model.prepare_arrays(keys, fields, values)
            offsets, keys, fields, values = csr(candidates)
            out, indices, unknown = array("f", [9] * 6), array("Q", [9] * 6), array("I", [9] * 40)
            result = model.rank_csr(context, offsets, keys, fields, values, top_k=6, out=out, indices=indices, unknown=unknown)
            self.assertIs(result[0], indices)
            self.assertIs(result[1], out)
            self.assertEqual(list(zip(indices, out)), model.rank(context, candidates, top_k=6))
            self.assertEqual(list(unknown), [0 if i % 7 else 1 for i in range(40)])
            self.assertEqual(bits(model.rank(context, candidates)), bits(model.rank_csr(context, offsets, keys, fields)))

    @unittest.skipIf(numpy is None, "this interpreter has no numpy")
    def test_numpy_arrays_give_numpy_arrays(self):
        with Model(model_path("ffm")) as model:
            shared, candidates = parts("ffm")
            context = model.prepare(shared)
            buffers = [numpy.array(b) for b in csr(candidates)]
            indices, scores = model.rank_csr(context, *buffers, top_k=3)
            self.assertEqual((indices.dtype, scores.dtype, scores.shape), (numpy.uint64, numpy.float32, (3,)))
            self.assertEqual(list(zip(indices.tolist(), scores.tolist())), model.rank(context, candidates, top_k=3))

    def test_long_contexts_and_candidates_get_their_scratch_memory(self):
        with Model(model_path("fm")) as model:
            shared, _ = parts("fm")
            context = model.prepare(shared * 300)
            self.assertAlmostEqual(model.rank(context, [shared * 200])[0], model.score([shared * 500])[0], delta=1e-5)

    def test_what_is_unknown_is_counted(self):
        with Model(model_path("lr")) as model:
            self.assertEqual(model.prepare([(0, golden_key(0)), (0, 10**9), (0, 10**9 + 1)]).unknown, 2)

    def test_a_context_of_another_model_is_refused(self):
        with Model(model_path("ffm")) as model, Model(model_path("ffm")) as twin:
            shared, candidates = parts("ffm")
            context = model.prepare(shared)
            with self.assertRaises(CtrError) as caught:
                twin.rank(context, candidates)
            self.assertEqual(caught.exception.status, Status.CONTEXT)
            self.assertEqual(len(model.rank(context, candidates)), 40)
        for call in (lambda: model.rank(context, candidates), lambda: model.prepare(shared)):
            with self.assertRaises(CtrError) as caught:
                call()
            self.assertEqual(caught.exception.status, Status.INVALID_HANDLE)

    def test_refused_arguments(self):
        with Model(model_path("ffm")) as model:
            shared, candidates = parts("ffm")
            context = model.prepare(shared)
            offsets, keys, fields, values = csr(candidates)
            for problem, call in (
                (ValueError, lambda: model.rank(context, candidates, top_k=-1)),
                (ValueError, lambda: model.rank_csr(context, offsets, keys, fields, indices=array("Q", [0]))),
                (ValueError, lambda: model.rank_csr(context, offsets, keys, fields, top_k=3, out=array("f", [0]))),
                (ValueError, lambda: model.rank_csr(context, array("Q"), keys, fields)),
                (ValueError, lambda: model.rank_csr(context, offsets, keys[:3], fields)),
                (TypeError, lambda: model.rank_csr(context, offsets, fields, fields)),
                (TypeError, lambda: model.prepare_arrays([1, 2])),
                (CtrError, lambda: model.prepare([(77, 1)])),
                (CtrError, lambda: model.rank(context, [[(77, 1)]])),
            ):
                with self.assertRaises(problem):
                    call()

    def test_threads_share_a_context(self):
        with Model(model_path("ffm")) as model:
            shared, candidates = parts("ffm", count=300)
            context = model.prepare(shared)
            expected = model.rank(context, candidates)
            wrong = []

            def work():
                for _ in range(20):
                    if model.rank(context, candidates) != expected:
                        wrong.append(1)

            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(wrong, [])

    def test_it_gives_the_bits_of_the_library_and_of_the_command_line(self):
        shared, candidates = parts("ffm")
        with tempfile.TemporaryDirectory(prefix="ctr-python-") as folder, Model(model_path("ffm")) as model:
            with open(f"{folder}/candidates.ffm", "w", encoding="utf-8") as file:
                file.writelines(" ".join(f"{f}:{k}:{v}" for f, k, v in row) + "\n" for row in candidates)
            printed = ctr("rank", "--model", model_path("ffm"), "--context", " ".join(f"{f}:{k}:{v}" for f, k, v in shared),
                          "--candidates", "candidates.ffm", "--format", "libffm", "--top", "9", folder=folder)
            ranked = model.rank(model.prepare(shared), candidates, top_k=9)
            lines = [line.split("\t") for line in printed.splitlines()]
            self.assertEqual([int(line[0]) for line in lines], [index for index, _ in ranked])
            self.assertEqual(bits(float(line[1]) for line in lines), bits(score for _, score in ranked))

            # The C function itself, without the package's help.
            context = model.prepare(shared)
            offsets, keys, fields, values = csr(candidates)
            rows = _abi.sized(_abi.Rows, row_count=40, offsets=offsets.buffer_info()[0], keys=keys.buffer_info()[0],
                              fields=fields.buffer_info()[0], values=values.buffer_info()[0])
            out = (ctypes.c_float * 40)()
            self.assertEqual(model._library.ctr_rank(model._handle, context._address, context._size, rows, None, ctypes.addressof(out)), 0)
            self.assertEqual(bits(out), bits(model.rank(context, candidates)))


class RankValuesTest(unittest.TestCase):
    def test_raw_values_rank_as_the_examples_that_they_make(self):
        with tempfile.TemporaryDirectory(prefix="ctr-python-") as folder:
            numbers = random.Random(5)
            with open(f"{folder}/log.csv", "w", encoding="utf-8") as file:
                file.write("label,city,age,ad\n")
                for _ in range(300):
                    file.write(f"{numbers.randrange(2)},{numbers.choice(['Oslo', 'Bonn', ''])},{numbers.randrange(18, 80)},{numbers.choice('abc')}\n")
            ctr("train", "--kind", "ffm", "--data", "log.csv", "--format", "csv", "--numeric", "age", "--epochs", "2", "--model", "m.ctr", folder=folder)
            with Model(f"{folder}/m.ctr") as model:
                for shared in ({"city": "Oslo", "age": 30}, {"city": None, "age": 30}, {"age": None, "city": "Rome"}):
                    context = model.prepare_values(shared)
                    ads = [{"ad": "a"}, {"ad": "b"}, {"ad": None}, {"ad": "z"}]
                    expected = model.score_values([{**shared, **ad} for ad in ads])
                    for score, other in zip(model.rank_values(context, ads), expected):
                        self.assertAlmostEqual(score, other, delta=1e-6)
                    best = model.rank_values(context, ads, top_k=1)
                    self.assertAlmostEqual(best[0][1], max(expected), delta=1e-6)
                with self.assertRaisesRegex(ValueError, "candidate 1: the field 'city' is in the context, too"):
                    model.rank_values(context, [{"ad": "a"}, {"ad": "a", "city": "Oslo"}])
                with self.assertRaisesRegex(ValueError, "candidate 0: the field 'ad' is neither"):
                    model.rank_values(context, [{}])


if __name__ == "__main__":
    unittest.main()
