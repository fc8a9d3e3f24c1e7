"""Rows as Python lists and raw values as Python objects, made into the buffers that the library takes."""
import numbers
from array import array
from typing import Any, Callable, Iterable, List, Mapping, Sequence, Tuple, Union

from . import _abi

Feature = Union[Tuple[int, int], Tuple[int, int, float]]
RawValue = Union[str, bytes, int, float, None]
Buffers = Tuple["array[int]", "array[int]", "array[int]", "array[float]"]

# From here on a float stands for several whole numbers.
_INTEGERS_ARE_EXACT = 1 << 53


def csr(rows: Iterable[Iterable[Sequence[Any]]]) -> Buffers:
    """Offsets, keys, fields and values of rows of (field, key) or (field, key, value)."""
    offsets, keys, fields, values = array("Q", [0]), array("Q"), array("I"), array("f")
    for row in rows:
        try:
            for feature in row:
                if len(feature) == 2:
                    field, key = feature
                    value = 1.0
                else:
                    field, key, value = feature
                fields.append(field)
                keys.append(key)
                values.append(value)
        except (TypeError, ValueError, OverflowError) as problem:
            raise type(problem)(f"row {len(offsets) - 1}: a feature is (field, key) or (field, key, value): {problem}") from None
        offsets.append(len(keys))
    return offsets, keys, fields, values


def set_value(value: _abi.Value, name: Any, raw: RawValue, kept: List[bytes]) -> None:
    """Puts a raw value into the library's struct; kept holds the text that it points to."""
    if raw is None:
        value.type = _abi.VALUE_MISSING
    elif isinstance(raw, (str, bytes)):
        _set_text(value, raw.encode() if isinstance(raw, str) else raw, kept)
    elif isinstance(raw, bool):
        raise TypeError(f"{name} is a bool, which logs spell in many ways: pass the text or the number that the log has")
    elif isinstance(raw, numbers.Integral) and abs(raw) >= _INTEGERS_ARE_EXACT:
        _set_text(value, str(int(raw)).encode(), kept)
    elif isinstance(raw, numbers.Real):  # numpy's numbers are of these classes too
        value.type, value.number = _abi.VALUE_NUMBER, float(raw)
    else:
        raise TypeError(f"{name} must be str, bytes, int, float or None, not {type(raw).__name__}")


def _set_text(value: _abi.Value, text: bytes, kept: List[bytes]) -> None:
    kept.append(text)
    value.type, value.text, value.size = _abi.VALUE_TEXT, text, len(text)


class RowBuffer:
    """Memory that ctr_encode writes a row into, and that holds the raw values on the way there; for one thread."""

    def __init__(self, field_count: int) -> None:
        capacity = max(field_count, 1)
        self._fields, self._keys, self._values = array("I", bytes(4 * capacity)), array("Q", bytes(8 * capacity)), array("f", bytes(4 * capacity))
        self._given = (_abi.Value * capacity)()
        self._kept: List[bytes] = []
        self.struct = _abi.sized(
            _abi.RowBuffer,
            capacity=capacity,
            fields=self._fields.buffer_info()[0],
            keys=self._keys.buffer_info()[0],
            values=self._values.buffer_info()[0],
        )

    def fill(self, example: Mapping[Any, RawValue], number: Callable[[Any], int]) -> Any:
        """The array of ctr_value of an example; number tells the number of a field."""
        if len(example) > len(self._given):
            self._given = (_abi.Value * len(example))()
        self._kept.clear()
        for value, (name, raw) in zip(self._given, example.items()):
            value.field = number(name)
            set_value(value, name, raw, self._kept)
        return self._given

    def row(self) -> Tuple["array[int]", "array[int]", "array[float]"]:
        """Fields, keys and values of the row that was written."""
        count = self.struct.count
        return self._fields[:count], self._keys[:count], self._values[:count]
