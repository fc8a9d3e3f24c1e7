"""One row in fixed memory."""
import ctypes
import struct
from typing import TYPE_CHECKING, Optional, Sequence

from . import _abi

if TYPE_CHECKING:
    from ._model import Model


class BoundRow:
    """Memory for one row of up to capacity features, so that scoring a single row costs little more than the call itself.

        row = model.bind(39)
        row.keys[0], row.keys[1] = 17, 42       # fields are 0, 1, 2, … and values 1 until you write others
        row.score(2)                            # the first two features
        row.score(row.load([17, 42]))           # the same: load writes whole rows, faster than one by one

    fields, keys and values are ctypes arrays: they take items, slices and numpy.frombuffer(row.keys, numpy.uint64).
    One thread at a time uses a BoundRow; make one for each thread.
    """

    def __init__(self, model: "Model", capacity: int, logits: bool) -> None:
        scratch_size = model._scratch_size(capacity)
        self._model = model
        self._capacity = capacity
        self._count = 0
        self._offsets = (ctypes.c_uint64 * 2)()
        self._scratch = (ctypes.c_uint64 * ((scratch_size + 7) // 8))()
        self._result = ctypes.c_float()
        self.fields = (ctypes.c_uint32 * capacity)(*range(capacity))
        self.keys = (ctypes.c_uint64 * capacity)()
        self.values = (ctypes.c_float * capacity)(*[1] * capacity)
        self._struct = _abi.sized(
            _abi.Rows,
            row_count=1,
            offsets=ctypes.addressof(self._offsets),
            fields=ctypes.addressof(self.fields),
            keys=ctypes.addressof(self.keys),
            values=ctypes.addressof(self.values),
        )
        self._options = _abi.sized(
            _abi.ScoreOptions, output=int(logits), scratch=ctypes.addressof(self._scratch) if scratch_size else None, scratch_size=scratch_size
        )
        # A function of its own, without argtypes: the arguments are ready, and looking at them again would take as long as the call.
        self._call = model._library["ctr_score"]
        self._rows_at, self._options_at, self._result_at = ctypes.byref(self._struct), ctypes.byref(self._options), ctypes.byref(self._result)

    def score(self, count: int) -> float:
        """The score of the first count features. CtrError: the row is refused, or the model is closed."""
        if count != self._count:
            if not 0 <= count <= self._capacity:
                raise ValueError(f"{count} features do not fit {self._capacity}")
            self._offsets[1] = self._count = count
        # The call holds the handle, so that the model cannot be closed under it; a closed model has none, and None is NULL.
        if self._call(self._model._handle, self._rows_at, self._options_at, self._result_at):
            self._refuse()
        return self._result.value

    def load(self, keys: Sequence[int], fields: Optional[Sequence[int]] = None, values: Optional[Sequence[float]] = None) -> int:
        """Writes a row and answers its number of features. Fields and values that are not given stay as they are."""
        count = len(keys)
        if count > self._capacity:
            raise ValueError(f"{count} features do not fit {self._capacity}")
        for other, name in ((fields, "fields"), (values, "values")):
            if other is not None and len(other) != count:
                raise ValueError(f"{name} must have {count} elements, not {len(other)}")
        struct.pack_into(f"{count}Q", self.keys, 0, *keys)
        if fields is not None:
            struct.pack_into(f"{count}I", self.fields, 0, *fields)
        if values is not None:
            struct.pack_into(f"{count}f", self.values, 0, *values)
        return count

    def _refuse(self) -> None:
        # Once more on the way that raises exceptions, which sees a closed model before the library does.
        arguments = (self._struct, self._options, ctypes.addressof(self._result))
        self._model._check(self._model._library.ctr_score(self._model._open_handle(), *arguments))
