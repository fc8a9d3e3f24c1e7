"""The structs and functions of ctr.h, ABI 1, in the header's order."""
import ctypes
from ctypes import POINTER, Structure, c_char, c_char_p, c_double, c_float, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

ABI_VERSION = 1
OK = 0
INVALID_ARGUMENT = -1
BUFFER_TOO_SMALL = -4

OPEN_MODES = {"map": 0, "read": 1, "prefault": 2}
VERIFY = {"light": 0, "full": 1}
LEVELS = {"best": 0, "x86-64-v2": 2, "x86-64-v3": 3, "x86-64-v4": 4, "arm64": 5}
LEVEL_NAMES = {number: name for name, number in LEVELS.items()}
LINKS = {1: "sigmoid", 2: "identity", 3: "probit"}
WEIGHTS = {1: "f32", 2: "bf16", 3: "int8"}
INDEXES = {1: "exact", 2: "direct", 3: "hashed"}
KEYS = {1: "id", 2: "text"}
FIELD_KINDS = {0: "categorical", 1: "numeric", 2: "binned"}
MISSING = {0: "feature", 1: "skip"}
VALUE_MISSING, VALUE_TEXT, VALUE_NUMBER = 0, 1, 2


class OpenOptions(Structure):
    _fields_ = [("struct_size", c_uint32), ("mode", c_uint32), ("verify", c_uint32), ("level", c_uint32)]


class Info(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("field_count", c_uint32),
        ("slot_count", c_uint64),
        ("file_size", c_uint64),
        ("kind", c_char * 16),
        ("latent", c_uint32),
        ("slot_size", c_uint32),
        ("link", c_uint32),
        ("index_kind", c_uint32),
        ("key_kind", c_uint32),
        ("level", c_uint32),
        ("format_major", c_uint32),
        ("format_minor", c_uint32),
        ("bias", c_float),
        ("weight_type", c_uint32),
    ]


class FieldInfo(Structure):
    _fields_ = [("struct_size", c_uint32), ("kind", c_uint32), ("missing", c_uint32), ("name_size", c_uint32), ("name", c_char_p)]


class Value(Structure):
    _fields_ = [("field", c_uint32), ("type", c_uint32), ("text", c_char_p), ("size", c_uint64), ("number", c_double)]


class RowBuffer(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("capacity", c_uint64),
        ("count", c_uint64),
        ("fields", c_void_p),
        ("keys", c_void_p),
        ("values", c_void_p),
    ]


class Rows(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("row_count", c_uint64),
        ("offsets", c_void_p),
        ("fields", c_void_p),
        ("keys", c_void_p),
        ("values", c_void_p),
    ]


class ScoreOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("output", c_uint32),
        ("unknown_counts", c_void_p),
        ("scratch", c_void_p),
        ("scratch_size", c_uint64),
    ]


class ContextOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("unknown_count", c_void_p),
        ("scratch", c_void_p),
        ("scratch_size", c_uint64),
    ]


class RankOptions(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("output", c_uint32),
        ("unknown_counts", c_void_p),
        ("scratch", c_void_p),
        ("scratch_size", c_uint64),
        ("top_k", c_uint64),
        ("indices", c_void_p),
    ]


class Counters(Structure):
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("allocated_bytes", c_uint64), ("collections", c_uint64)]


# name: (result, arguments)
FUNCTIONS = {
    "ctr_abi_version": (c_uint32, []),
    "ctr_version": (c_char_p, []),
    "ctr_status_text": (c_char_p, [c_int32]),
    "ctr_last_error": (c_int32, [c_char_p, c_size_t, POINTER(c_size_t)]),
    "ctr_model_open": (c_int32, [c_char_p, POINTER(OpenOptions), POINTER(c_void_p)]),
    "ctr_model_open_memory": (c_int32, [c_void_p, c_size_t, POINTER(OpenOptions), POINTER(c_void_p)]),
    "ctr_model_close": (c_int32, [c_void_p]),
    "ctr_model_info": (c_int32, [c_void_p, POINTER(Info)]),
    "ctr_field_info": (c_int32, [c_void_p, c_uint32, POINTER(FieldInfo)]),
    "ctr_field_find": (c_int32, [c_void_p, c_char_p, POINTER(c_uint32)]),
    "ctr_key": (c_int32, [c_void_p, c_uint32, c_char_p, c_size_t, POINTER(c_uint64)]),
    "ctr_encode": (c_int32, [c_void_p, POINTER(Value), c_size_t, POINTER(RowBuffer)]),
    "ctr_score": (c_int32, [c_void_p, POINTER(Rows), POINTER(ScoreOptions), c_void_p]),
    "ctr_scratch_size": (c_int32, [c_void_p, c_uint64, POINTER(c_uint64)]),
    "ctr_context_size": (c_int32, [c_void_p, c_uint64, POINTER(c_uint64)]),
    "ctr_context_prepare": (c_int32, [c_void_p, POINTER(Rows), POINTER(ContextOptions), c_void_p, c_size_t]),
    "ctr_rank": (c_int32, [c_void_p, c_void_p, c_size_t, POINTER(Rows), POINTER(RankOptions), c_void_p]),
    "ctr_runtime_counters": (c_int32, [POINTER(Counters)]),
}


def sized(struct, **members):
    """An instance with struct_size set."""
    return struct(struct_size=ctypes.sizeof(struct), **members)


def declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """Gives the library's functions their types."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library
