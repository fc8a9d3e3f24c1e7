"""Finds the library, and the build of it that this processor can run."""
import ctypes
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import FrozenSet, Iterator, Optional

from . import _abi
from ._errors import CtrError

SONAME = "libctr.so.1"

# Flags of /proc/cpuinfo that a level needs beyond the one below it (x86-64 psABI). Level 3 also needs lzcnt, called abm there, which some
# virtual machines do not list although they have it; every processor with AVX2 and BMI2 has it.
_V3 = frozenset("avx avx2 bmi1 bmi2 f16c fma movbe".split())
_V4 = _V3 | frozenset("avx512f avx512bw avx512cd avx512dq avx512vl".split())
_HWCAPS = (("glibc-hwcaps/x86-64-v4", _V4), ("glibc-hwcaps/x86-64-v3", _V3), ("", frozenset()))


@dataclass(frozen=True)
class RuntimeCounters:
    """What the runtime in the library has done: for tests and doubters."""

    allocated_bytes: int  #: bytes that the calling thread has ever allocated from the managed heap
    collections: int  #: garbage collections of the process


def cpu_flags(cpuinfo: str = "/proc/cpuinfo") -> FrozenSet[str]:
    """The flags of the first processor; empty where they cannot be read, which leaves the build that runs everywhere."""
    try:
        with open(cpuinfo, encoding="ascii", errors="replace") as lines:
            for line in lines:
                if line.startswith("flags"):
                    return frozenset(line.partition(":")[2].split())
    except OSError:
        pass
    return frozenset()


def best_build(folder: Path, flags: FrozenSet[str]) -> Optional[Path]:
    """The library in a folder laid out like lib, of the highest level that the flags allow. The wrong one would abort the process."""
    for part, needed in _HWCAPS:
        path = folder / part / SONAME
        if needed <= flags and path.is_file():
            return path
    return None


def _folders() -> Iterator[Path]:
    package = Path(__file__).resolve().parent
    yield package / "lib"
    for parent in package.parents:
        yield parent / "artifacts/native/linux-x64/lib"


def find(library: Optional[str] = None) -> str:
    """What to load: the named file or folder, CTR_LIBRARY, a folder beside or above the package, or what the loader finds."""
    named = library or os.environ.get("CTR_LIBRARY")
    flags = cpu_flags()
    if named:
        path = best_build(Path(named), flags) if os.path.isdir(named) else Path(named)
        if path is None or not path.exists():
            raise FileNotFoundError(f"{named}: no {SONAME} for this processor")
        return str(path)
    for folder in _folders():
        path = best_build(folder, flags)
        if path is not None:
            return str(path)
    return SONAME


@functools.lru_cache(maxsize=None)
def load(library: Optional[str] = None) -> ctypes.CDLL:
    """The library, loaded once. ctypes releases the interpreter lock during a call."""
    loaded = _abi.declare(ctypes.CDLL(find(library)))
    found = loaded.ctr_abi_version()
    if found != _abi.ABI_VERSION:
        raise ImportError(f"{find(library)} has ABI {found}; this package needs {_abi.ABI_VERSION}")
    return loaded


def last_error(library: ctypes.CDLL, status: int) -> CtrError:
    """The exception of a status that the calling thread has just been answered."""
    needed = ctypes.c_size_t()
    library.ctr_last_error(None, 0, ctypes.byref(needed))
    detail = ctypes.create_string_buffer(max(needed.value, 1))
    library.ctr_last_error(detail, len(detail), None)
    return CtrError(status, library.ctr_status_text(status).decode(), detail.value.decode("utf-8", "replace"))


def version(library: Optional[str] = None) -> str:
    """Version and instruction set level of the library, such as "0.1.0+x86-64-v3"."""
    return load(library).ctr_version().decode()


def runtime_counters(library: Optional[str] = None) -> RuntimeCounters:
    """The counters of the .NET runtime in the library, for the calling thread."""
    loaded = load(library)
    counters = _abi.sized(_abi.Counters)
    status = loaded.ctr_runtime_counters(ctypes.byref(counters))
    if status:
        raise last_error(loaded, status)
    return RuntimeCounters(counters.allocated_bytes, counters.collections)
