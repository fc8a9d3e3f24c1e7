"""run_python.py START TOP: runs the unit tests below START, and ends with the line `counts PASSED FAILED SKIPPED`.

They are counted here, because "Ran N tests" of unittest includes the skipped ones in some versions of Python and leaves them out in others.
"""
import sys
import unittest


class Result(unittest.TextTestResult):
    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.passed += 1


def main() -> int:
    start, top = sys.argv[1:]
    suite = unittest.defaultTestLoader.discover(start, top_level_dir=top)
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print("counts", result.passed, failed, len(result.skipped))
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
