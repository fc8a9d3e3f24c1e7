"""An open model and its calls."""
import ctypes
import os
from array import array
from dataclasses import dataclass
from typing import Any, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from . import _abi
from ._buffers import address
from ._library import last_error, load

Feature = Union[Tuple[int, int], Tuple[int, int, float]]
RawValue = Union[str, bytes, int, float, None]


@dataclass(frozen=True)
class ModelInfo:
    """What a model is; the members are those of struct ctr_model_info in ctr.h."""

    kind: str  #: lr, poly2, mf, fm or ffm
    latent: int  #: length k of a latent vector, 0 for kinds without
    field_count: int
    slot_count: int  #: features that have weights
    slot_size: int  #: bytes of a feature's weights
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


class Model:
    """An open model: immutable, shared by any number of threads. Close it when no thread uses it any more, or use it in a with statement.

    model: the path of a model file, or its bytes (which are copied).
    mode: "map", "read" or "prefault": how a file comes into memory.
    verify: "light" or "full": whether the checksums of index and weights are checked, which reads the whole file.
    level: "best", or the instruction set to score with ("x86-64-v2", "x86-64-v3", "x86-64-v4").
    library: a path of libctr, or of the folder it is in; None looks for it.

    CtrError: the file cannot be read or is refused, or the level is not available.
    """

    def __init__(
        self,
        model: Union[str, "os.PathLike[str]", bytes, bytearray, memoryview],
        *,
        mode: str = "map",
        verify: str = "light",
        level: str = "best",
        library: Optional[str] = None,
    ) -> None:
        self._handle = ctypes.c_void_p()
        self._library = load(library)
        options = _abi.sized(
            _abi.OpenOptions, mode=_word(_abi.OPEN_MODES, mode, "mode"), verify=_word(_abi.VERIFY, verify, "verify"), level=_word(_abi.LEVELS, level, "level")
        )
        handle = ctypes.c_void_p()
        if isinstance(model, (bytes, bytearray, memoryview)):
            content = bytes(model)
            status = self._library.ctr_model_open_memory(content, len(content), options, handle)
        else:
            status = self._library.ctr_model_open(os.fsencode(model), options, handle)
        self._check(status)
        self._handle = handle
        self.info = self._read_info()
        self.fields = tuple(self._read_field(f) for f in range(self.info.field_count))
        self._numbers = {field.name: f for f, field in enumerate(self.fields) if field.name}

    def close(self) -> None:
        """Closes the model; closing twice is fine. No other thread may be inside a call."""
        handle, self._handle = self._handle, ctypes.c_void_p()
        if handle:
            self._check(self._library.ctr_model_close(handle))

    def __enter__(self) -> "Model":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.close()

    def __repr__(self) -> str:
        return f"<Model {self.info.kind}, {self.info.slot_count} features{'' if self._handle else ', closed'}>"

    def score(self, rows: Iterable[Sequence[Feature]], *, logits: bool = False) -> List[float]:
        """Scores rows of (field, key) or (field, key, value), and answers a list of floats.

        For many rows score_csr is faster: it passes buffers as they are.
        """
        offsets, fields, keys, values = array("Q", [0]), array("I"), array("Q"), array("f")
        for row in rows:
            for feature in row:
                fields.append(feature[0])
                keys.append(feature[1])
                values.append(feature[2] if len(feature) == 3 else 1)
            offsets.append(len(keys))
        return self.score_csr(offsets, keys, fields, values, logits=logits, out=array("f", bytes(4 * (len(offsets) - 1)))).tolist()

    def score_csr(
        self, offsets: Any, keys: Any, fields: Any = None, values: Any = None, *, logits: bool = False, out: Any = None, unknown: Any = None
    ) -> Any:
        """Scores rows in CSR form: row r has the features offsets[r] up to, not including, offsets[r + 1].

        All arguments are one-dimensional contiguous buffers, numpy arrays for example, and are used where they are.

        offsets: uint64, one more than there are rows.
        keys: uint64.
        fields: uint32; None if each row has exactly one feature per field in field order, or the kind does not look at fields.
        values: float32; None for all 1.
        logits: logits instead of scores.
        out: float32, receives one number a row; None makes an array (numpy's if it can be imported, else array.array).
        unknown: uint32, receives the number of features of each row that the model does not know.

        Answers out. CtrError: a row is refused; nothing has been written. TypeError: a buffer is not of the needed type.
        ValueError: lengths contradict each other.
        """
        offsets_at, count, keep_offsets = address(offsets, "uint64", "offsets")
        if count == 0:
            raise ValueError("offsets must have one element more than there are rows")
        row_count = count - 1
        keys_at, features, keep_keys = address(keys, "uint64", "keys")
        kept = [keep_offsets, keep_keys]
        # Offsets that decrease are the library's to refuse; what it cannot see is an array that is too short.
        if _largest(offsets) > features:
            raise ValueError(f"an offset is beyond the {features} keys")

        def optional(buffer: Any, kind: str, name: str, length: int, writable: bool = False) -> int:
            if buffer is None:
                return 0
            at, found, keep = address(buffer, kind, name, writable)
            if found != length:
                raise ValueError(f"{name} must have {length} elements, not {found}")
            kept.append(keep)
            return at

        fields_at = optional(fields, "uint32", "fields", features)
        values_at = optional(values, "float32", "values", features)
        if out is None:
            out = _new_scores(row_count)
        out_at = optional(out, "float32", "out", row_count, writable=True)
        unknown_at = optional(unknown, "uint32", "unknown", row_count, writable=True)
        rows = _abi.sized(_abi.Rows, row_count=row_count, offsets=offsets_at, fields=fields_at, keys=keys_at, values=values_at)
        options = _abi.sized(_abi.ScoreOptions, output=1 if logits else 0, unknown_counts=unknown_at)
        scratch = self._scratch_for(offsets) if features > 512 else None
        if scratch is not None:
            options.scratch, options.scratch_size = ctypes.addressof(scratch), ctypes.sizeof(scratch)
        self._check(self._library.ctr_score(self._open_handle(), rows, options, out_at))
        return out

    def score_values(self, examples: Iterable[Mapping[str, RawValue]], *, logits: bool = False) -> List[float]:
        """Scores raw values, for models trained from CSV: each example maps names of fields to values (see encode)."""
        offsets, fields, keys, values = array("Q", [0]), array("I"), array("Q"), array("f")
        for example in examples:
            row = self.encode(example)
            fields.extend(row[0])
            keys.extend(row[1])
            values.extend(row[2])
            offsets.append(len(keys))
        return self.score_csr(offsets, keys, fields, values, logits=logits, out=array("f", bytes(4 * (len(offsets) - 1)))).tolist()

    def encode(self, example: Mapping[str, RawValue]) -> Tuple["array[int]", "array[int]", "array[float]"]:
        """Fields, keys and values of the row that raw values make, as the library encodes them.

        str and bytes are text, int and float are numbers, None and fields that are not named are missing. A number in a categorical
        field is the category of its shortest text (5.0 is "5"). A bool is refused: logs spell it in many ways, so say which text is meant.

        KeyError: the model has no field of that name. TypeError: a value is of another type.
        CtrError: a value does not fit its field.
        """
        given = (_abi.Value * len(example))()
        kept: List[bytes] = []
        for value, (name, raw) in zip(given, example.items()):
            value.field = self._numbers[name]
            if raw is None:
                value.type = _abi.VALUE_MISSING
            elif isinstance(raw, (str, bytes)):
                text = raw.encode() if isinstance(raw, str) else raw
                kept.append(text)
                value.type, value.text, value.size = _abi.VALUE_TEXT, text, len(text)
            elif isinstance(raw, bool) or not _is_number(raw):
                raise TypeError(f"{name} must be str, bytes, int, float or None, not {type(raw).__name__}")
            else:
                value.type, value.number = _abi.VALUE_NUMBER, float(raw)
        capacity = max(self.info.field_count, 1)
        fields, keys, values = array("I", bytes(4 * capacity)), array("Q", bytes(8 * capacity)), array("f", bytes(4 * capacity))
        row = _abi.sized(
            _abi.RowBuffer, capacity=capacity, fields=fields.buffer_info()[0], keys=keys.buffer_info()[0], values=values.buffer_info()[0]
        )
        self._check(self._library.ctr_encode(self._open_handle(), given, len(given), row))
        return fields[: row.count], keys[: row.count], values[: row.count]

    def key(self, field: Union[int, str], text: Union[str, bytes]) -> int:
        """The key of a text in a field: its hash, or the number it spells if the model's keys are ids."""
        utf8 = text.encode() if isinstance(text, str) else text
        number = self._numbers[field] if isinstance(field, str) else field
        key = ctypes.c_uint64()
        self._check(self._library.ctr_key(self._open_handle(), number, utf8, len(utf8), key))
        return key.value

    def bind(self, capacity: int) -> "BoundRow":
        """Memory for one row of up to capacity features, for scoring single rows with as little overhead as there can be."""
        return BoundRow(self, capacity)

    def _scratch_for(self, offsets: Any) -> Optional[ctypes.Array]:
        numbers = memoryview(offsets)
        longest = max((numbers[r + 1] - numbers[r] for r in range(len(numbers) - 1)), default=0)
        size = ctypes.c_uint64()
        self._check(self._library.ctr_scratch_size(self._open_handle(), max(longest, 0), size))
        return (ctypes.c_uint64 * ((size.value + 7) // 8))() if size.value else None

    def _read_info(self) -> ModelInfo:
        info = _abi.sized(_abi.Info)
        self._check(self._library.ctr_model_info(self._handle, info))
        return ModelInfo(
            info.kind.decode(),
            info.latent,
            info.field_count,
            info.slot_count,
            info.slot_size,
            info.file_size,
            _abi.LINKS[info.link],
            _abi.INDEXES[info.index_kind],
            _abi.KEYS[info.key_kind],
            f"x86-64-v{info.level}",
            (info.format_major, info.format_minor),
            info.bias,
        )

    def _read_field(self, number: int) -> Field:
        field = _abi.sized(_abi.FieldInfo)
        self._check(self._library.ctr_field_info(self._handle, number, field))
        return Field(field.name.decode(), _abi.FIELD_KINDS[field.kind], _abi.MISSING[field.missing])

    def _open_handle(self) -> ctypes.c_void_p:
        if not self._handle:
            raise ValueError("the model is closed")
        return self._handle

    def _check(self, status: int) -> None:
        if status:
            raise last_error(self._library, status)


class BoundRow:
    """Memory for one row, filled in place and scored: `row.fields[i]`, `row.keys[i]`, `row.values[i]` (1 at first), then `row.score(n)`.

    One thread at a time; make one for each thread. The model must stay open.
    """

    def __init__(self, model: Model, capacity: int) -> None:
        size = ctypes.c_uint64()
        model._check(model._library.ctr_scratch_size(model._open_handle(), capacity, size))
        self._model = model
        self._offsets = (ctypes.c_uint64 * 2)()
        self._scratch = (ctypes.c_uint64 * ((size.value + 7) // 8))()
        self._result = ctypes.c_float()
        self.fields = (ctypes.c_uint32 * capacity)()
        self.keys = (ctypes.c_uint64 * capacity)()
        self.values = (ctypes.c_float * capacity)(*[1] * capacity)
        self._rows = _abi.sized(
            _abi.Rows,
            row_count=1,
            offsets=ctypes.addressof(self._offsets),
            fields=ctypes.addressof(self.fields),
            keys=ctypes.addressof(self.keys),
            values=ctypes.addressof(self.values),
        )
        self._options = _abi.sized(_abi.ScoreOptions, scratch=ctypes.addressof(self._scratch) if size.value else None, scratch_size=size.value)
        self._call = model._library.ctr_score
        self._arguments = (model._handle, ctypes.byref(self._rows), ctypes.byref(self._options), ctypes.byref(self._result))

    def score(self, count: int) -> float:
        """The score of the first count features."""
        if not 0 <= count <= len(self.keys):
            raise ValueError(f"{count} features do not fit {len(self.keys)}")
        self._offsets[1] = count
        status = self._call(*self._arguments)
        if status:
            raise last_error(self._model._library, status)
        return self._result.value


def _word(words: Mapping[str, int], word: str, name: str) -> int:
    if word not in words:
        raise ValueError(f"{name} must be one of {', '.join(words)}, not {word!r}")
    return words[word]


def _is_number(value: Any) -> bool:
    # numpy's scalars have __float__ and __int__ too; strings and arrays of more than one element do not get this far or fail in float().
    return isinstance(value, (int, float)) or (hasattr(value, "__float__") and not hasattr(value, "__len__"))


def _largest(offsets: Any) -> int:
    largest = getattr(offsets, "max", None)
    return int(largest()) if largest is not None else max(memoryview(offsets))


def _new_scores(count: int) -> Any:
    try:
        import numpy
    except ImportError:
        return array("f", bytes(4 * count))
    return numpy.empty(count, dtype=numpy.float32)
