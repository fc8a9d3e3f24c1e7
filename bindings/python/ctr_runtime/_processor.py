"""The instruction set level of this processor, asked of the C library.

The dynamic loader chooses among builds by what glibc knows of the processor; so do we, through the function behind
<sys/platform/x86.h>. (/proc/cpuinfo is no substitute: under some hypervisors it leaves out flags that the processor has.)
"""
import ctypes
from typing import AbstractSet, FrozenSet, Optional

# Where <bits/platform/x86.h> keeps a feature: number of the leaf (0: cpuid 1, 1: cpuid 7, 2: cpuid 0x80000001), register (1: ebx, 2: ecx), bit.
_PLACES = {
    "sse3": (0, 2, 0),
    "ssse3": (0, 2, 9),
    "fma": (0, 2, 12),
    "cx16": (0, 2, 13),
    "sse4_1": (0, 2, 19),
    "sse4_2": (0, 2, 20),
    "movbe": (0, 2, 22),
    "popcnt": (0, 2, 23),
    "avx": (0, 2, 28),
    "f16c": (0, 2, 29),
    "bmi1": (1, 1, 3),
    "avx2": (1, 1, 5),
    "bmi2": (1, 1, 8),
    "avx512f": (1, 1, 16),
    "avx512dq": (1, 1, 17),
    "avx512cd": (1, 1, 28),
    "avx512bw": (1, 1, 30),
    "avx512vl": (1, 1, 31),
    "lahf": (2, 2, 0),
    "lzcnt": (2, 2, 5),
}

# What a level of the x86-64 psABI adds to the one below it.
LEVELS = {
    2: frozenset("cx16 lahf popcnt sse3 sse4_1 sse4_2 ssse3".split()),
    3: frozenset("avx avx2 bmi1 bmi2 f16c fma lzcnt movbe".split()),
    4: frozenset("avx512f avx512bw avx512cd avx512dq avx512vl".split()),
}


class _Leaf(ctypes.Structure):
    _fields_ = [("cpuid", ctypes.c_uint32 * 4), ("active", ctypes.c_uint32 * 4)]


def features() -> Optional[FrozenSet[str]]:
    """The features that processor and operating system have; None where there is nobody to ask (not x86-64, or a glibc before 2.33)."""
    try:
        leaf = ctypes.CDLL(None)["__x86_get_cpuid_feature_leaf"]
    except (AttributeError, OSError):
        return None
    leaf.restype = ctypes.POINTER(_Leaf)
    leaf.argtypes = [ctypes.c_uint32]
    active = [leaf(number).contents.active for number in range(3)]
    return frozenset(name for name, (number, register, bit) in _PLACES.items() if active[number][register] >> bit & 1)


def level_of(found: Optional[AbstractSet[str]]) -> int:
    """1 to 4 for x86-64-v1 to v4. Of a processor whose features are not known, 2: that leaves the build which nearly all can run."""
    if found is None:
        return 2
    level = 1
    for candidate, needed in LEVELS.items():
        if not needed <= found:
            break
        level = candidate
    return level
