"""An open model and its calls."""
import ctypes
import operator
import os
import sys
from array import array
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from . import _abi
from ._bound import BoundRow
from ._context import Context
from ._buffers import array_view, pointer
from ._errors import Status
from ._library import LibraryPath, error, last_error, load
from ._rows import Feature, RawValue, RowBuffer, csr

FieldName = Union[str, int]


@dataclass(frozen=True)
class ModelInfo:
    """What a model is; the members are those of struct ctr_model_info in ctr.h."""

    kind: str  #: lr, poly2, mf, fm or ffm
    latent: int  #: length k of a latent vector, 0 for kinds without
    field_count: int
    slot_count: int  #: features that have weights
    weights: str  #: f32, bf16 or int8: how latent and pair weights are stored
    slot_size: int  #: bytes of a feature's latent weights
    file_size: int
    link: str  #: sigmoid, identity or probit
    index: str  #: exact, direct or hashed
    keys: str  #: id or text
    level: str  #: instruction set of the kernels in use
    format_version: Tuple[int, int]
    bias: float


@dataclass(frozen=True)
class Field:
    """A field of a model."""

    name: str  #: empty when the field only has a number (libffm text)
    kind: str  #: categorical, numeric or binned
    missing: str  #: feature or skip: what a missing value becomes


class _Handle(ctypes.c_void_p):
    """The library's handle. Closing happens when nobody holds it any more, and a call that is under way holds it: so no thread can close
    a model under another's call, and no call takes a lock for that."""

    functions: Any = None

    def __del__(self) -> None:
        if self.value is not None:
            self.functions.ctr_model_close(self)


class Model:
    """An open model: immutable, shared by any number of threads, closed by close() or at the end of a with statement.

        with Model("model.ctr") as model:
            model.score([[(0, 17), (1, 42)], [(0, 3)]])                # rows of (field, key) or (field, key, value)
            model.score_csr(offsets, keys, fields)                     # many rows: numpy arrays, used where they are
            model.score_values([{"age": 39, "city": "Oslo"}])          # raw values, if the model was trained from CSV
            context = model.prepare([(0, 17), (1, 42)])                # many candidates for one impression: best first, (index, score)
            model.rank(context, [[(2, 5)], [(2, 6)]], top_k=10)
            model.bind(39)                                             # single rows as fast as they can be: see BoundRow

    source: the path of a model file, or a buffer with its bytes (which are copied).
    mode: "map", "read" or "prefault": how a file comes into memory.
    verify: "light", or "full" to check every checksum, which reads the whole file.
    level: "best", or the instruction set to score with: "x86-64-v2", "x86-64-v3" or "x86-64-v4"; "arm64" there. It fixes the bits of a score.
    library: the path of libctr, or of the folder it is in; None looks for it (see the README).

    CtrError: the file cannot be read or is refused, or the level is not available. OSError: there is no library.
    Every method raises CtrError with Status.INVALID_HANDLE once the model is closed. While a call runs, other Python threads do too.
    """

    def __init__(
        self,
        source: Union[str, "os.PathLike[str]", bytes, bytearray, memoryview],
        *,
        mode: str = "map",
        verify: str = "light",
        level: str = "best",
        library: Optional[LibraryPath] = None,
    ) -> None:
        self._library = load(library)
        options = _abi.sized(
            _abi.OpenOptions, mode=_word(_abi.OPEN_MODES, mode, "mode"), verify=_word(_abi.VERIFY, verify, "verify"), level=_word(_abi.LEVELS, level, "level")
        )
        handle = _Handle()
        handle.functions = self._library
        if isinstance(source, (str, os.PathLike)):
            path = os.fsencode(source)
            if b"\0" in path:
                raise ValueError("the path contains a zero byte")
            self._check(self._library.ctr_model_open(path, options, handle))
        else:
            content = memoryview(source).cast("B")
            self._check(self._library.ctr_model_open_memory(pointer(content), len(content), options, handle))
        self._handle: Optional[_Handle] = handle
        self.info = self._read_info()
        self.fields = tuple(self._read_field(f) for f in range(self.info.field_count))
        self._numbers: Dict[FieldName, int] = {field.name: f for f, field in enumerate(self.fields) if field.name}

    def close(self) -> None:
        """Closes the model, as soon as no thread is inside a call with it. Closing twice is fine."""
        self._handle = None

    def __enter__(self) -> "Model":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Model {self.info.kind}, {self.info.slot_count} features{', closed' if self._handle is None else ''}>"

    def score(self, rows: Iterable[Iterable[Feature]], *, logits: bool = False) -> List[float]:
        """Scores rows of (field, key) or (field, key, value), and answers a list of floats.

        For many rows score_csr is faster: it passes buffers as they are.
        """
        return self._score_list(*csr(rows), logits)

    def score_csr(
        self, offsets: Any, keys: Any, fields: Any = None, values: Any = None, *, logits: bool = False, out: Any = None, unknown: Any = None
    ) -> Any:
        """Scores rows in CSR form: row r has the features offsets[r] up to, not including, offsets[r + 1].

        All arguments are one-dimensional contiguous buffers (numpy arrays, array.array, memoryviews) and are used where they are.

        offsets: uint64, one more than there are rows.
        keys: uint64.
        fields: uint32; None if each row has exactly one feature per field in field order, or the kind does not look at fields.
        values: float32; None for all 1.
        logits: logits instead of scores.
        out: float32, receives one number a row; None makes a numpy array if keys is one, and else an array.array.
        unknown: uint32, receives the number of features of each row that the model does not know.

        Answers out. CtrError: a row is refused; nothing has been written. TypeError: a buffer is not of the needed type.
        ValueError: lengths contradict each other.
        """
        offset_view, key_view = array_view(offsets, "uint64", "offsets"), array_view(keys, "uint64", "keys")
        row_count, features = len(offset_view) - 1, len(key_view)
        if row_count < 0:
            raise ValueError("offsets must have one element more than there are rows")
        # The library refuses offsets that decrease before it looks at features; what it cannot see is an array that is too short.
        ends = (ctypes.c_uint64 * (row_count + 1)).from_address(pointer(offset_view))
        if ends[row_count] > features:
            raise ValueError(f"the last offset is {ends[row_count]}, but there are {features} keys")
        if out is None:
            out = _new_array(row_count, keys, "f")
        field_view = _optional(fields, "uint32", "fields", features)
        value_view = _optional(values, "float32", "values", features)
        out_view = _optional(out, "float32", "out", row_count, writable=True)
        unknown_view = _optional(unknown, "uint32", "unknown", row_count, writable=True)
        rows = self._rows(row_count, ends, key_view, field_view, value_view)
        options = _abi.sized(_abi.ScoreOptions, output=int(logits), unknown_counts=_address(unknown_view))
        scores = _address(out_view)
        status = self._library.ctr_score(self._open_handle(), rows, options, scores)
        if status == Status.ROW_TOO_LONG and features:
            # Rare enough to find out this way.
            scratch = self._scratch_for(ends, features)
            options.scratch, options.scratch_size = ctypes.addressof(scratch), ctypes.sizeof(scratch)
            status = self._library.ctr_score(self._open_handle(), rows, options, scores)
        self._check(status)
        return out

    def score_values(self, examples: Iterable[Mapping[FieldName, RawValue]], *, logits: bool = False) -> List[float]:
        """Scores raw values, for models trained from CSV: each example maps names of fields to values, as in encode."""
        buffer = RowBuffer(self.info.field_count)
        offsets, keys, fields, values = csr([])
        for example in examples:
            self._encode(example, buffer)
            row = buffer.row()
            fields.extend(row[0])
            keys.extend(row[1])
            values.extend(row[2])
            offsets.append(len(keys))
        return self._score_list(offsets, keys, fields, values, logits)

    def encode(self, example: Mapping[FieldName, RawValue]) -> Tuple["array[int]", "array[int]", "array[float]"]:
        """Fields, keys and values of the row that raw values make, as the library encodes them.

        Fields are named, or numbered if they have no name. str and bytes are text, int and float are numbers; None, and a field that is
        not there, is missing. A number in a categorical field is the category of its shortest text (5 and 5.0 are "5"). A bool is
        refused, because logs spell it in many ways; so is NaN, because it may mean missing or a mistake.

        TypeError: a value is of another type. CtrError: a value does not fit its field, or there is no field of that name.
        """
        buffer = RowBuffer(self.info.field_count)
        self._encode(example, buffer)
        return buffer.row()

    def key(self, field: FieldName, text: Union[str, bytes]) -> int:
        """The key of a text in a field: its hash, or the number it spells if the model's keys are ids."""
        utf8 = text.encode() if isinstance(text, str) else text
        key = ctypes.c_uint64()
        self._check(self._library.ctr_key(self._open_handle(), self._number(field), utf8, len(utf8), key))
        return key.value

    def prepare(self, row: Iterable[Feature]) -> Context:
        """Prepares the features that many candidates share, (field, key) or (field, key, value), for rank."""
        _, keys, fields, values = csr([row])
        return self.prepare_arrays(keys, fields, values)

    def prepare_arrays(self, keys: Any, fields: Any = None, values: Any = None) -> Context:
        """Prepares a context from buffers, as score_csr takes them: uint64 keys, uint32 fields, float32 values."""
        key_view = array_view(keys, "uint64", "keys")
        count = len(key_view)
        field_view, value_view = _optional(fields, "uint32", "fields", count), _optional(values, "float32", "values", count)
        size = ctypes.c_uint64()
        self._check(self._library.ctr_context_size(self._open_handle(), count, size))
        context = Context(size.value)
        unknown = ctypes.c_uint32()
        ends = (ctypes.c_uint64 * 2)(0, count)
        scratch = (ctypes.c_uint64 * ((self._scratch_size(count) + 7) // 8))()
        row = self._rows(1, ends, key_view, field_view, value_view)
        options = _abi.sized(_abi.ContextOptions, unknown_count=ctypes.addressof(unknown))
        if len(scratch):
            options.scratch, options.scratch_size = ctypes.addressof(scratch), ctypes.sizeof(scratch)
        self._check(self._library.ctr_context_prepare(self._open_handle(), row, options, context._address, context._size))
        context.unknown = unknown.value
        return context

    def prepare_values(self, example: Mapping[FieldName, RawValue]) -> Context:
        """Prepares raw values. Only the fields that are there are those of the context: pass None for a value that is missing."""
        keys, fields, values = self._encode_given(example, RowBuffer(self.info.field_count))
        context = self.prepare_arrays(keys, fields, values)
        context.fields = frozenset(self._number(name) for name in example)
        return context

    def rank(
        self, context: Context, candidates: Iterable[Iterable[Feature]], *, top_k: int = 0, logits: bool = False
    ) -> Union[List[float], List[Tuple[int, float]]]:
        """Scores candidates, each a row of what it adds to the context.

        Answers the scores in the order of the candidates; with top_k the best of them, best first, as (index, score).
        """
        return self._rank_list(context, *csr(candidates), top_k, logits)

    def rank_values(
        self, context: Context, examples: Iterable[Mapping[FieldName, RawValue]], *, top_k: int = 0, logits: bool = False
    ) -> Union[List[float], List[Tuple[int, float]]]:
        """Ranks raw values, as rank does. Each example has the fields that the context (of prepare_values) leaves out.

        ValueError: a field is on both sides, or on neither, so that the whole would not be an example.
        """
        everything = set(range(self.info.field_count))
        buffer = RowBuffer(self.info.field_count)
        offsets, keys, fields, values = csr([])
        for example in examples:
            given = {self._number(name) for name in example}
            if given & context.fields or given | context.fields != everything:
                wrong = sorted(given & context.fields) or sorted(everything - given - context.fields)
                where = "is in the context, too" if given & context.fields else "is neither in the context nor in the candidate (None for a missing value)"
                raise ValueError(f"candidate {len(offsets) - 1}: the field {self.fields[wrong[0]].name or wrong[0]!r} {where}")
            row = self._encode_given(example, buffer)
            keys.extend(row[0])
            fields.extend(row[1])
            values.extend(row[2])
            offsets.append(len(keys))
        return self._rank_list(context, offsets, keys, fields, values, top_k, logits)

    def rank_csr(
        self,
        context: Context,
        offsets: Any,
        keys: Any,
        fields: Any = None,
        values: Any = None,
        *,
        top_k: int = 0,
        logits: bool = False,
        out: Any = None,
        indices: Any = None,
        unknown: Any = None,
    ) -> Any:
        """Ranks candidates in CSR form; buffers are used where they are, as in score_csr.

        top_k: 0 for the scores of all candidates, in their order.
        out: float32, receives the scores; indices: uint64, with top_k, receives the numbers of the candidates. They have one element for each
            candidate, or with top_k for each that is wanted (or is there, if those are fewer). None makes numpy arrays if keys is one, else array.arrays.
        unknown: uint32, receives the number of features of each candidate that the model does not know.

        Answers out; with top_k, (indices, out). Errors: those of score_csr; CtrError with Status.CONTEXT: another model prepared the context.
        """
        offset_view, key_view = array_view(offsets, "uint64", "offsets"), array_view(keys, "uint64", "keys")
        count, features = len(offset_view) - 1, len(key_view)
        if count < 0:
            raise ValueError("offsets must have one element more than there are candidates")
        if top_k < 0:
            raise ValueError(f"top_k must be at least 0, not {top_k}")
        if indices is not None and not top_k:
            raise ValueError("indices are of the best candidates: say how many by top_k")
        ends = (ctypes.c_uint64 * (count + 1)).from_address(pointer(offset_view))
        if ends[count] > features:
            raise ValueError(f"the last offset is {ends[count]}, but there are {features} keys")
        written = min(top_k, count) if top_k else count
        out = _new_array(written, keys, "f") if out is None else out
        if top_k and indices is None:
            indices = _new_array(written, keys, "Q")
        field_view, value_view = _optional(fields, "uint32", "fields", features), _optional(values, "float32", "values", features)
        out_view = _optional(out, "float32", "out", written, writable=True)
        index_view = _optional(indices, "uint64", "indices", written, writable=True)
        unknown_view = _optional(unknown, "uint32", "unknown", count, writable=True)
        rows = self._rows(count, ends, key_view, field_view, value_view)
        options = _abi.sized(
            _abi.RankOptions, output=int(logits), unknown_counts=_address(unknown_view), top_k=written if top_k else 0, indices=_address(index_view)
        )
        arguments = (context._address, context._size, rows, options, _address(out_view))
        if top_k and not written:  # no candidates: nothing can be written, and there is nowhere to write it
            options.indices, options.top_k = None, 0
        status = self._library.ctr_rank(self._open_handle(), *arguments)
        if status == Status.ROW_TOO_LONG and features:
            scratch = self._scratch_for(ends, features)
            options.scratch, options.scratch_size = ctypes.addressof(scratch), ctypes.sizeof(scratch)
            status = self._library.ctr_rank(self._open_handle(), *arguments)
        self._check(status)
        return (indices, out) if top_k else out

    def bind(self, capacity: int, *, logits: bool = False) -> BoundRow:
        """Memory for one row of up to capacity features, for scoring single rows with as little overhead as there can be."""
        return BoundRow(self, capacity, logits)

    def _score_list(self, offsets: Any, keys: Any, fields: Any, values: Any, logits: bool) -> List[float]:
        return self.score_csr(offsets, keys, fields, values, logits=logits).tolist()

    def _rank_list(self, context: Context, offsets: Any, keys: Any, fields: Any, values: Any, top_k: int, logits: bool) -> Any:
        ranked = self.rank_csr(context, offsets, keys, fields, values, top_k=top_k, logits=logits)
        return list(zip(*ranked)) if top_k else ranked.tolist()

    @staticmethod
    def _rows(count: int, ends: Any, keys: memoryview, fields: Optional[memoryview], values: Optional[memoryview]) -> Any:
        return _abi.sized(
            _abi.Rows, row_count=count, offsets=ctypes.addressof(ends), fields=_address(fields), keys=pointer(keys), values=_address(values)
        )

    def _scratch_for(self, ends: Any, features: int) -> Any:
        # No row is longer than all of them, if the offsets are in order.
        longest = min(max(map(operator.sub, ends[1:], ends[:])), features)
        return (ctypes.c_uint64 * ((self._scratch_size(longest) + 7) // 8))()

    def _encode_given(self, example: Mapping[FieldName, RawValue], buffer: RowBuffer) -> Tuple["array[int]", "array[int]", "array[float]"]:
        """Keys, fields and values of the fields that an example has, without what missing ones would become."""
        given = {self._number(name) for name in example}
        self._encode(example, buffer)
        chosen = [feature for feature in zip(*buffer.row()) if feature[0] in given]
        return array("Q", [f[1] for f in chosen]), array("I", [f[0] for f in chosen]), array("f", [f[2] for f in chosen])

    def _encode(self, example: Mapping[FieldName, RawValue], buffer: RowBuffer) -> None:
        given = buffer.fill(example, self._number)
        self._check(self._library.ctr_encode(self._open_handle(), given, len(example), buffer.struct))

    def _number(self, field: FieldName) -> int:
        number = self._numbers.get(field)
        if number is not None:
            return number
        if isinstance(field, str):
            raise error(self._library, Status.UNKNOWN_FIELD, f"the model has no field {field!r}")
        number = operator.index(field)
        if not 0 <= number < max(self.info.field_count, 1):  # ids without fields are those of field 0
            raise error(self._library, Status.UNKNOWN_FIELD, f"field {number} of {self.info.field_count}")
        return number

    def _scratch_size(self, longest_row: int) -> int:
        size = ctypes.c_uint64()
        self._check(self._library.ctr_scratch_size(self._open_handle(), longest_row, size))
        return size.value

    def _read_info(self) -> ModelInfo:
        info = _abi.sized(_abi.Info)
        self._check(self._library.ctr_model_info(self._open_handle(), info))
        return ModelInfo(
            info.kind.decode(),
            info.latent,
            info.field_count,
            info.slot_count,
            _abi.WEIGHTS[info.weight_type],
            info.slot_size,
            info.file_size,
            _abi.LINKS[info.link],
            _abi.INDEXES[info.index_kind],
            _abi.KEYS[info.key_kind],
            _abi.LEVEL_NAMES[info.level],
            (info.format_major, info.format_minor),
            info.bias,
        )

    def _read_field(self, number: int) -> Field:
        field = _abi.sized(_abi.FieldInfo)
        self._check(self._library.ctr_field_info(self._open_handle(), number, field))
        return Field(field.name.decode(), _abi.FIELD_KINDS[field.kind], _abi.MISSING[field.missing])

    # No method keeps the handle in a variable: the frame of an exception would hold it, and the model could not be closed.
    def _open_handle(self) -> _Handle:
        handle = self._handle
        if handle is None:
            raise error(self._library, Status.INVALID_HANDLE, "the model is closed")
        return handle

    def _check(self, status: int) -> None:
        if status:
            raise last_error(self._library, status)


def _word(words: Mapping[str, int], word: str, name: str) -> int:
    if word not in words:
        raise ValueError(f"{name} must be one of {', '.join(words)}, not {word!r}")
    return words[word]


def _optional(array: Any, kind: str, name: str, length: int, writable: bool = False) -> Optional[memoryview]:
    if array is None:
        return None
    view = array_view(array, kind, name, writable)
    if len(view) != length:
        raise ValueError(f"{name} must have {length} elements, not {len(view)}")
    return view


def _address(view: Optional[memoryview]) -> int:
    return 0 if view is None else pointer(view)


def _new_array(count: int, like: Any, code: str) -> Any:
    numpy = sys.modules.get("numpy")  # whoever has a numpy array has imported it
    if numpy is not None and isinstance(like, numpy.ndarray):
        return numpy.empty(count, dtype=code)
    return array(code, bytes(array(code).itemsize * count))
