"""Addresses of what callers pass as arrays, without copying it."""
import ctypes
from typing import Any

# Formats of the buffer protocol for each element type, and its size; "L" has 64 bits or 32, so the size decides.
_TYPES = {"uint64": ("QL", 8), "uint32": ("IL", 4), "float32": ("f", 4)}


class _PyBuffer(ctypes.Structure):
    """Py_buffer of CPython's C API; obj is an address here, because PyBuffer_Release gives its reference back."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    ]


# ctypes itself tells the address of writable memory only.
_get_buffer = ctypes.pythonapi["PyObject_GetBuffer"]
_get_buffer.argtypes = [ctypes.py_object, ctypes.POINTER(_PyBuffer), ctypes.c_int]
_release = ctypes.pythonapi["PyBuffer_Release"]
_release.argtypes = [ctypes.POINTER(_PyBuffer)]
_release.restype = None


def pointer(view: memoryview) -> int:
    """The address of contiguous memory. It stays there as long as the view does."""
    buffer = _PyBuffer()
    _get_buffer(view, buffer, 0)
    address = buffer.buf
    _release(buffer)
    return address or 0


def array_view(array: Any, kind: str, name: str, writable: bool = False) -> memoryview:
    """A view of a one-dimensional contiguous buffer (numpy array, array.array, memoryview) of exactly that element type.

    TypeError: it is something else, and the text says what is needed. Nothing is ever converted or copied in silence.
    """
    try:
        view = memoryview(array)
    except TypeError:
        raise TypeError(f"{name} must be a buffer of {kind}, such as a numpy array or an array.array, not {type(array).__name__}") from None
    codes, size = _TYPES[kind]
    code = view.format.lstrip("@=<")
    if view.itemsize != size or len(code) != 1 or code not in codes:
        raise TypeError(f"{name} must have elements of type {kind}, not {getattr(array, 'dtype', repr(view.format))}")
    if view.ndim != 1 or not view.c_contiguous:
        raise TypeError(f"{name} must be one-dimensional and contiguous")
    if writable and view.readonly:
        raise TypeError(f"{name} must be writable")
    return view
