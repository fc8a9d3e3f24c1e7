"""The features that many candidates share."""
import ctypes
from typing import FrozenSet

_LINE = 64  # where a context starts is where it is read fastest from


class Context:
    """A prepared context, by Model.prepare: for that model only, and for any number of threads at once.

    unknown: how many of its features the model does not know; they add nothing.
    fields: the numbers of its fields, where they were given by name (prepare_values).
    """

    def __init__(self, size: int) -> None:
        self._memory = ctypes.create_string_buffer(size + _LINE)
        self._address = -(-ctypes.addressof(self._memory) // _LINE) * _LINE
        self._size = size
        self.unknown = 0
        self.fields: FrozenSet[int] = frozenset()

    def __repr__(self) -> str:
        return f"<Context of {self._size} bytes>"
