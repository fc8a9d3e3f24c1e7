"""Addresses of what callers pass as arrays, without copying it."""
import ctypes
from typing import Any, Tuple

# Formats of the buffer protocol for each element type; "L" is 64 bits wide on every platform that the library runs on.
_FORMATS = {"uint64": ("Q", "L"), "uint32": ("I",), "float32": ("f",)}
_SIZES = {"uint64": 8, "uint32": 4, "float32": 4}


def address(array: Any, kind: str, name: str, writable: bool = False) -> Tuple[int, int, Any]:
    """Address, length, and an object that keeps the memory in place.

    array: a C-contiguous one-dimensional buffer (numpy array, array.array, memoryview) of exactly that element type.
    TypeError: it is something else. Nothing is ever converted or copied in silence.
    """
    try:
        view = memoryview(array)
    except TypeError:
        raise TypeError(f"{name} must be a buffer of {kind} (a numpy array or an array.array), not {type(array).__name__}") from None
    if view.format not in _FORMATS[kind] or view.itemsize != _SIZES[kind]:
        raise TypeError(f"{name} must have elements of type {kind}; its format is {view.format!r}")
    if view.ndim != 1 or not view.c_contiguous:
        raise TypeError(f"{name} must be one-dimensional and contiguous")
    if writable and view.readonly:
        raise TypeError(f"{name} must be writable")
    count = len(view)
    if count == 0:
        return 0, 0, view
    if not view.readonly:
        return ctypes.addressof(ctypes.c_char.from_buffer(view)), count, view
    # ctypes takes no read-only buffers; numpy knows their addresses, everything else can be had as bytes in place.
    interface = getattr(array, "__array_interface__", None)
    if interface is not None:
        return interface["data"][0], count, array
    pointer = ctypes.cast(ctypes.c_char_p(view.obj), ctypes.c_void_p) if isinstance(view.obj, bytes) and view.nbytes == len(view.obj) else None
    if pointer is None or pointer.value is None:
        raise TypeError(f"{name} is read-only memory whose address Python does not tell; pass a writable buffer")
    return pointer.value, count, view.obj
