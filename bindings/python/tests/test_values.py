"""Raw values of a model that the command line has trained from CSV: what Python scores is what ctr scores."""
import math
import random
import tempfile
import unittest

from ctr_runtime import CtrError, Model, Status

from .support import bits, ctr


class ValuesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="ctr-python-")
        cls.addClassCleanup(cls.folder.cleanup)
        numbers = random.Random(3)
        cls.rows = []
        for _ in range(400):
            row = {
                "city": numbers.choice(["Zürich", "Oslo", "a,b", 'say "hi"', "7", None]),
                "age": numbers.choice([None, *range(18, 90)]),
                "income": numbers.choice([None, numbers.gauss(3, 2)]),
            }
            row["label"] = int(numbers.random() < (0.7 if row["city"] == "Oslo" else 0.2))
            cls.rows.append(row)
        with open(f"{cls.folder.name}/log.csv", "w", encoding="utf-8") as file:
            file.write("label,city,age,income\n")
            for row in cls.rows:
                quoted = '"' + row["city"].replace('"', '""') + '"' if row["city"] else ""
                file.write(",".join([str(row["label"]), quoted, *("" if row[c] is None else repr(row[c]) for c in ("age", "income"))]) + "\n")
        for kind in ("lr", "poly2", "fm", "ffm"):
            ctr("train", "--kind", kind, "--data", "log.csv", "--format", "csv", "--model", f"{kind}.ctr", "--epochs", "2",
                "--numeric", "age", "--standardize", "income", folder=cls.folder.name)

    def open(self, kind="ffm", **options):
        return Model(f"{self.folder.name}/{kind}.ctr", **options)

    def test_raw_values_score_as_ctr_scores_the_file(self):
        examples = [{name: row[name] for name in ("city", "age", "income")} for row in self.rows]
        for kind in ("lr", "poly2", "fm", "ffm"):
            for level in ("best", "x86-64-v2"):
                printed = ctr("score", "--model", f"{kind}.ctr", "--data", "log.csv", "--format", "csv", "--level",
                              level.replace("x86-64-", ""), folder=self.folder.name)
                with self.subTest(kind=kind, level=level), self.open(kind, level=level) as model:
                    self.assertEqual(bits(float(line) for line in printed.split()), bits(model.score_values(examples)))

    def test_texts_and_numbers_and_absent_fields(self):
        with self.open() as model:
            def score(**values):
                return model.score_values([values])[0]

            self.assertEqual(score(city="7", age=40), score(city=7, age="40"))
            self.assertEqual(score(city=b"7", age=40.0), score(city=7.0, age=" 40 ", income=None))
            self.assertEqual(score(), score(city=None, age="", income=None))
            self.assertEqual(score(city="Oslo"), score(city="Oslo".encode()))

    def test_whole_numbers_are_never_rounded(self):
        with self.open() as model:
            for number in (0, -7, (1 << 53) - 1, (1 << 53) + 1, 10**18, -(10**30)):
                self.assertEqual(model.encode({"city": number})[1], model.encode({"city": str(number)})[1])
            self.assertEqual(model.encode({"income": 10**18}), model.encode({"income": 1e18}))

    def test_fields_by_number(self):
        with self.open() as model:
            self.assertEqual(model.encode({0: "Oslo", 2: 1.5}), model.encode({"city": "Oslo", "income": 1.5}))
            with self.assertRaises(CtrError) as caught:
                model.encode({0: "Oslo", "city": "Oslo"})
            self.assertEqual(caught.exception.status, Status.INVALID_ARGUMENT)

    def test_encoding_gives_the_row(self):
        with self.open() as model:
            fields, keys, values = model.encode({"city": "Oslo", "age": 40, "income": 3})
            self.assertEqual(list(fields), [0, 1, 2])
            self.assertEqual(keys[0], model.key("city", "Oslo"))
            self.assertEqual(keys[0], model.key(0, b"Oslo"))
            self.assertEqual(list(values[:2]), [1, 1])
            self.assertEqual(model.score_values([{"city": "Oslo", "age": 40, "income": 3}]), model.score([list(zip(fields, keys, values))]))

    def test_what_does_not_fit_is_refused(self):
        with self.open() as model:
            for field, detail in (("town", "'town'"), ("city\0", "'city"), ("", "''"), (3, "field 3 of 3"), (-1, "field -1"), (1 << 32, "field 4294967296")):
                for call in (lambda: model.score_values([{field: "Oslo"}]), lambda: model.key(field, "Oslo")):
                    with self.assertRaises(CtrError) as caught:
                        call()
                    self.assertEqual(caught.exception.status, Status.UNKNOWN_FIELD)
                    self.assertIn(detail, caught.exception.detail)
            for wrong in (True, [1], object(), 1j):
                with self.assertRaises(TypeError):
                    model.score_values([{"age": wrong}])
            for wrong in ("old", math.nan, math.inf):
                with self.assertRaises(CtrError) as caught:
                    model.score_values([{"age": wrong}])
                self.assertEqual(caught.exception.status, -61)

    def test_fields_are_described(self):
        with self.open() as model:
            self.assertEqual([(f.name, f.kind) for f in model.fields], [("city", "categorical"), ("age", "binned"), ("income", "numeric")])
            self.assertEqual(model.info.keys, "text")
