"""Models of every kind through every way of scoring."""
import ctypes
import math
import mmap
import pickle
import tempfile
import threading
import unittest
from array import array
from pathlib import Path

import ctr_runtime
from ctr_runtime import CtrError, Model, Status, _abi

from ctr_runtime._buffers import pointer

from .support import MODELS, bits, csr, ctr, golden_key, model_path, random_rows


class ScoringTest(unittest.TestCase):
    def test_all_ways_of_scoring_give_the_same_bits(self):
        for name in MODELS:
            for level in ("best", "x86-64-v2"):
                with self.subTest(model=name, level=level), Model(model_path(name), level=level) as model:
                    rows = random_rows(name, 50)
                    expected = model.score(rows)
                    offsets, keys, fields, values = csr(rows)
                    self.assertEqual(bits(expected), bits(model.score_csr(offsets, keys, fields, values)))
                    bound = model.bind(4)
                    for row, score in zip(rows, expected):
                        for i, (field, key, value) in enumerate(row):
                            bound.fields[i], bound.keys[i], bound.values[i] = field, key, value
                        self.assertEqual(score, bound.score(len(row)))
                        self.assertEqual([score], model.score([row]))
                        fields, keys, values = zip(*row)
                        self.assertEqual(score, bound.score(bound.load(keys, fields, values)))
                    self.assertTrue(all(0 < score < 1 for score in expected))

    def test_scores_are_those_of_the_command_line(self):
        with tempfile.TemporaryDirectory(prefix="ctr-python-") as folder:
            for name in MODELS:
                rows = random_rows(name, 50, seed=2)
                lines = [" ".join(f"{field}:{key}:{value}" for field, key, value in row) for row in rows]
                Path(folder, "rows.ffm").write_text("\n".join(lines) + "\n", encoding="ascii")
                for level in ("best", "x86-64-v2"):
                    printed = ctr("score", "--model", model_path(name), "--data", "rows.ffm", "--format", "libffm", "--level",
                                  level.replace("x86-64-", ""), folder=folder)
                    with self.subTest(model=name, level=level), Model(model_path(name), level=level) as model:
                        self.assertEqual(bits(float(line) for line in printed.split()), bits(model.score(rows)))

    def test_a_model_from_bytes_scores_like_one_from_a_file(self):
        with open(model_path("ffm"), "rb") as file:
            content = file.read()
        rows = random_rows("ffm", 5)
        with Model(content, verify="full") as model, Model(model_path("ffm"), mode="read") as other:
            self.assertEqual(bits(model.score(rows)), bits(other.score(rows)))

    def test_logits_are_what_scores_are_made_of(self):
        with Model(model_path("fm")) as model:
            rows = random_rows("fm", 20)
            for score, logit in zip(model.score(rows), model.score(rows, logits=True)):
                self.assertAlmostEqual(score, 1 / (1 + math.exp(-logit)), delta=1e-6)

    def test_unknown_features_are_counted_and_add_nothing(self):
        with Model(model_path("lr")) as model:
            unknown = array("I", [9, 9])
            scores = model.score_csr(array("Q", [0, 1, 3]), array("Q", [golden_key(0), 12345, 54321]), unknown=unknown, logits=True)
            self.assertEqual(list(unknown), [0, 2])
            self.assertEqual(scores[1], model.info.bias)

    def test_no_rows_and_empty_rows_are_fine(self):
        with Model(model_path("fm")) as model:
            self.assertEqual(model.score([]), [])
            self.assertEqual(model.score([[]], logits=True), [model.info.bias])

    def test_a_bound_row_starts_with_one_feature_per_field_of_value_1(self):
        with Model(model_path("ffm")) as model:
            keys = [golden_key(slot) for slot in (3, 5, 8, 13)]
            row, logits = model.bind(6), model.bind(4, logits=True)
            expected = model.score([list(enumerate(keys))])
            self.assertEqual([row.score(row.load(keys))], expected)
            self.assertEqual([logits.score(logits.load(keys))], model.score([list(enumerate(keys))], logits=True))
            self.assertEqual(list(row.fields[:4]), [0, 1, 2, 3])
            self.assertEqual(model.score_csr(array("Q", [0, 4]), array("Q", keys)).tolist(), expected)
            shorter = row.score(2)
            self.assertEqual([shorter], model.score([list(enumerate(keys))[:2]]))

    def test_a_bound_row_refuses_what_does_not_fit(self):
        with Model(model_path("ffm")) as model:
            row = model.bind(2)
            for arguments in (([1, 2, 3],), ([1], [1, 2]), ([1, 2], None, [1.0])):
                with self.assertRaises(ValueError):
                    row.load(*arguments)
            for count in (-1, 3):
                with self.assertRaises(ValueError):
                    row.score(count)
            row.load([1, 2], [0, 4])
            self.assertGreater(row.score(1), 0)
            with self.assertRaises(CtrError) as caught:
                row.score(2)
            self.assertEqual(caught.exception.name, "ROW_FIELD")

    def test_the_buffers_of_a_bound_row_are_buffers(self):
        with Model(model_path("fm")) as model:
            row = model.bind(2)
            row.load([golden_key(1), golden_key(2)])
            self.assertEqual([row.score(2)], model.score_csr((ctypes.c_uint64 * 2)(0, 2), row.keys, row.fields, row.values).tolist())

    def test_long_rows_get_scratch_memory(self):
        with Model(model_path("fm")) as model:
            for length in (512, 513, 3000):
                row = [(0, golden_key(i % 40), 0.001) for i in range(length)]
                alone = model.score([row])
                offsets, keys, fields, values = csr([[], row, row[:1]])
                unknown = array("I", [9, 9, 9])
                scores = model.score_csr(offsets, keys, fields, values, unknown=unknown)
                self.assertEqual((scores[1:2].tolist(), unknown.tolist()), (alone, [0, 0, 0]))
                self.assertEqual(alone, model.score([[(0, 0)], row])[1:])
                bound = model.bind(length)
                for i, (field, key, value) in enumerate(row):
                    bound.fields[i], bound.keys[i], bound.values[i] = field, key, value
                self.assertEqual(alone, [bound.score(length)])

    def test_threads_share_a_model(self):
        with Model(model_path("ffm")) as model:
            rows = random_rows("ffm", 200)
            expected, results = bits(model.score(rows)), []
            threads = [threading.Thread(target=lambda: results.append(bits(model.score(rows)))) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(results, [expected] * 8)

    def test_scoring_allocates_nothing_in_the_library(self):
        for name in MODELS:
            with Model(model_path(name)) as model:
                bound = model.bind(4)
                bound.score(2)
                before = ctr_runtime.runtime_counters()
                for _ in range(1000):
                    bound.score(2)
                self.assertEqual(before, ctr_runtime.runtime_counters())


class RefusalTest(unittest.TestCase):
    def refused(self, status, detail, call, *arguments, **options):
        with self.assertRaises(CtrError) as caught:
            call(*arguments, **options)
        self.assertEqual(caught.exception.status, status)
        self.assertIn(detail, caught.exception.detail)
        self.assertTrue(caught.exception.reason)
        return caught.exception

    def test_files(self):
        self.refused(-3, "absent.ctr", Model, "absent.ctr")
        self.refused(-20, "first eight bytes", Model, b"label,age\n1,39\n")
        with open(model_path("lr"), "rb") as file:
            content = bytearray(file.read())
        self.refused(-23, "bytes", Model, bytes(content[:-1]))
        content[52] ^= 1
        self.refused(-24, "checksum", Model, content)

    def test_rows(self):
        with Model(model_path("ffm")) as model:
            self.refused(-51, "row 1", model.score, [[(0, 1)], [(4, 1)]])
            for bad in (math.nan, math.inf, -math.inf):
                self.refused(-52, "row 0", model.score, [[(0, 1, bad)]])
            out = array("f", [7, 7])
            self.refused(-50, "row 1", model.score_csr, array("Q", [0, 2, 1]), array("Q", [1, 2]), array("I", [0, 1]), out=out)
            self.assertEqual(list(out), [7, 7])
            # Offsets that decrease are seen before anything is read where they point to.
            self.refused(-50, "row 1", model.score_csr, array("Q", [0, 500, 1]), array("Q", [1]), array("I", [0]))
            self.refused(-53, "row 0", model.score_csr, array("Q", [0, 1 << 40, 1]), array("Q", [1]), array("I", [0]))
            self.refused(-54, "row 0", model.score_csr, array("Q", [0, 1]), array("Q", [1]))

    def test_a_closed_model(self):
        model = Model(model_path("lr"))
        bound = model.bind(1)
        model.close()
        model.close()
        self.assertIn("closed", repr(model))
        calls = (
            (model.score, [[(0, 1)]]), (model.score_csr, array("Q", [0]), array("Q")), (model.score_values, [{}]), (model.encode, {}),
            (model.key, 0, "1"), (model.bind, 1), (bound.score, 0), (bound.score, 1),
        )
        for call, *arguments in calls:
            with self.subTest(call=call.__name__):
                self.refused(Status.INVALID_HANDLE, "the model is closed", call, *arguments)

    def test_a_with_statement_closes_the_model(self):
        with Model(model_path("lr")) as model:
            handle = ctypes.c_void_p(model._handle.value)
            self.assertEqual(model._library.ctr_model_info(handle, _abi.sized(_abi.Info)), 0)
        self.assertEqual(model._library.ctr_model_info(handle, _abi.sized(_abi.Info)), Status.INVALID_HANDLE)

    def test_neither_an_exception_nor_forgetting_keeps_a_model_open(self):
        model = Model(model_path("ffm"))
        handle, library = ctypes.c_void_p(model._handle.value), model._library
        try:
            model.score([[(9, 1)]])
        except CtrError as error:  # whose traceback has the frames of the call
            model.close()
            self.assertEqual(error.status, Status.ROW_FIELD)
            self.assertEqual(library.ctr_model_info(handle, _abi.sized(_abi.Info)), Status.INVALID_HANDLE)
        model = Model(model_path("ffm"))
        handle = ctypes.c_void_p(model._handle.value)
        del model
        self.assertEqual(library.ctr_model_info(handle, _abi.sized(_abi.Info)), Status.INVALID_HANDLE)

    def test_closing_waits_for_calls(self):
        # What a call that is under way holds, held here.
        model = Model(model_path("lr"))
        call, number, library = model._handle, ctypes.c_void_p(model._handle.value), model._library
        model.close()
        self.assertEqual(library.ctr_model_info(number, _abi.sized(_abi.Info)), 0)
        del call
        self.assertEqual(library.ctr_model_info(number, _abi.sized(_abi.Info)), Status.INVALID_HANDLE)

    def test_closing_while_threads_score(self):
        rows = random_rows("ffm", 2000)
        buffers = csr(rows)
        with Model(model_path("ffm")) as model:
            expected = bits(model.score(rows))
        for _ in range(10):
            model, results, started = Model(model_path("ffm")), [], threading.Barrier(5)

            def work(model=model, results=results, started=started):
                started.wait()
                try:
                    while True:
                        results.append(bits(model.score_csr(*buffers)))
                except CtrError as error:
                    results.append(error.status)

            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            started.wait()
            model.close()
            for thread in threads:
                thread.join()
            self.assertEqual(results.count(Status.INVALID_HANDLE), 4)
            self.assertLessEqual(set(results), {expected, Status.INVALID_HANDLE})

    def test_words_and_levels(self):
        for wrong in ({"mode": "x"}, {"verify": "x"}, {"level": "x"}):
            with self.assertRaises(ValueError):
                Model(model_path("lr"), **wrong)

    def test_the_exception_survives_pickling(self):
        error = self.refused(-3, "absent", Model, "absent.ctr")
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((copy.status, copy.reason, copy.detail), (error.status, error.reason, error.detail))
        self.assertEqual((copy.status, copy.name), (Status.IO, "IO"))
        self.assertEqual((CtrError(-999, "new", "").status, CtrError(-999, "new", "").name), (-999, "-999"))

    def test_buffers_of_the_wrong_type_or_length(self):
        with Model(model_path("lr")) as model:
            offsets, keys = array("Q", [0, 1]), array("Q", [1])
            for wrong in ([0, 1], array("q", [0, 1]), array("I", [0, 1]), memoryview(array("Q", [0, 5, 1, 5]))[::2]):
                with self.assertRaises(TypeError):
                    model.score_csr(wrong, keys)
            with self.assertRaises(TypeError):
                model.score_csr(offsets, keys, out=memoryview(bytes(4)).cast("f"))
            for wrong in ({"fields": array("I", [1, 2])}, {"values": array("f")}, {"out": array("f", [1, 2])}, {"unknown": array("I")}):
                with self.assertRaises(ValueError):
                    model.score_csr(offsets, keys, **wrong)
            with self.assertRaises(ValueError):
                model.score_csr(array("Q", [0, 2]), keys)
            with self.assertRaises(ValueError):
                model.score_csr(array("Q"), keys)
            with self.assertRaises(ValueError):
                model.bind(1).score(2)

    def test_read_only_buffers_are_read_in_place(self):
        with Model(model_path("lr")) as model:
            keys = memoryview(array("Q", [golden_key(3)]).tobytes()).cast("Q")
            expected = model.score([[(0, golden_key(3))]])
            self.assertEqual(expected, list(model.score_csr(array("Q", [0, 1]), keys)))
            part = memoryview(bytes(8) + keys.tobytes()).cast("Q")[1:]
            self.assertEqual(expected, list(model.score_csr(array("Q", [0, 1]), part)))

    def test_arrays_are_used_where_they_are(self):
        # Nothing is copied: an array that is lent to the library cannot be resized, and results are where they were asked for.
        with Model(model_path("lr")) as model:
            memory = bytearray(16)
            out = memoryview(memory)[4:12].cast("f")
            self.assertIs(model.score_csr(array("Q", [0, 1, 2]), array("Q", [golden_key(3), golden_key(5)]), out=out), out)
            self.assertEqual(memory, bytes(4) + bits(model.score([[(0, golden_key(3))], [(0, golden_key(5))]])) + bytes(4))
            keys = array("Q", [golden_key(3)] * 3)
            self.assertEqual(pointer(memoryview(keys)), keys.buffer_info()[0])
            self.assertEqual(pointer(memoryview(keys)[2:]), keys.buffer_info()[0] + 16)
            keys.append(0)  # and no export is left behind


    def test_features_that_are_none(self):
        with Model(model_path("lr")) as model:
            for feature, kind in (((1,), ValueError), ((0, 1, 1.0, 1.0), ValueError), ((0, "1"), TypeError), ((0, 1.5), TypeError), (5, TypeError),
                                  ((-1, 1), OverflowError), ((0, -1), OverflowError), ((0, 1 << 64), OverflowError)):
                with self.subTest(feature=feature), self.assertRaisesRegex(kind, "^row 1: a feature is"):
                    model.score([[(0, 1)], [feature]])

    def test_paths(self):
        with Model(Path(model_path("lr"))) as model:
            self.assertEqual(model.info.kind, "lr")
        with self.assertRaisesRegex(ValueError, "zero byte"):
            Model(model_path("lr") + "\0.ctr")
        for wrong in (None, 3, ["lr.ctr"]):
            with self.assertRaises(TypeError):
                Model(wrong)

    def test_any_buffer_is_a_source(self):
        with open(model_path("lr"), "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            padded = memoryview(b"?" + content[:])
            for source in (content, bytearray(content), padded[1:]):
                with Model(source, mode="prefault") as model:
                    self.assertEqual(model.info.file_size, len(content))


class DescriptionTest(unittest.TestCase):
    def test_info(self):
        for name in MODELS:
            kind, _, weights = name.partition(".")
            with Model(model_path(name)) as model:
                self.assertEqual(model.info.kind, kind)
                self.assertEqual(model.info.weights, weights or "f32")
                self.assertEqual(model.info.slot_count, 40)
                self.assertEqual(model.info.keys, "id")
                self.assertEqual(model.info.index, "exact")
                self.assertEqual(model.info.link, "sigmoid")
                self.assertEqual(len(model.fields), model.info.field_count)
                self.assertIn(kind, repr(model))

    def test_a_forced_level_is_used(self):
        with Model(model_path("ffm"), level="x86-64-v2") as model:
            self.assertEqual(model.info.level, "x86-64-v2")

    def test_version(self):
        self.assertRegex(ctr_runtime.version(), r"^\d+\.\d+\.\d+\+x86-64-v[234]$")
