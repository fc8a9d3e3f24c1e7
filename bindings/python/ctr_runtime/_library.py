"""Finds the library, and the build of it that this processor can run."""
import ctypes
import functools
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional, Union

from . import _abi
from ._errors import CtrError
from ._processor import features, level_of

SONAME = "libctr.so.1"
_HWCAPS = {4: "glibc-hwcaps/x86-64-v4", 3: "glibc-hwcaps/x86-64-v3", 2: ""}

LibraryPath = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class RuntimeCounters:
    """What the .NET runtime in the library has done: for tests and doubters."""

    allocated_bytes: int  #: bytes that the calling thread has ever allocated from the managed heap
    collections: int  #: garbage collections of the process


def best_build(folder: Path, level: int) -> Optional[Path]:
    """The build in a folder laid out like lib, of the highest level that does not exceed the processor's."""
    for needed, part in _HWCAPS.items():
        path = folder / part / SONAME
        if needed <= level and path.is_file():
            return path
    return None


def needed_level(path: Path) -> int:
    """The level that a build was made for, which its folder tells."""
    for level, part in _HWCAPS.items():
        if part and part.endswith(f"/{path.resolve().parent.name}"):
            return level
    return 2


def _folders() -> Iterator[Path]:
    package = Path(__file__).resolve().parent
    yield package / "lib"
    architecture = "arm64" if platform.machine() == "aarch64" else "x64"
    for parent in package.parents:
        yield parent / f"artifacts/native/linux-{architecture}/lib"


def find(library: Optional[LibraryPath] = None, level: Optional[int] = None) -> str:
    """What to load: the named file or folder, CTR_LIBRARY, a folder beside or above the package, or what the loader finds.

    OSError: the named one is not there, or is a build that this processor cannot run (its first call would abort the process).
    """
    level = level_of(features()) if level is None else level
    if level < 2:
        raise OSError(f"{SONAME} needs a processor of level x86-64-v2")
    named = library or os.environ.get("CTR_LIBRARY")
    if named:
        path = best_build(Path(named), level) if os.path.isdir(named) else Path(named)
        if path is None or not path.exists():
            raise FileNotFoundError(f"{named}: no {SONAME} for this processor")
        if needed_level(path) > level:
            raise OSError(f"{path} is for x86-64-v{needed_level(path)}, this processor is of level x86-64-v{level}")
        return str(path)
    for folder in _folders():
        path = best_build(folder, level)
        if path is not None:
            return str(path)
    return SONAME


@functools.lru_cache(maxsize=None)
def load(library: Optional[LibraryPath] = None) -> ctypes.CDLL:
    """The library, loaded once. ctypes releases the interpreter lock during a call."""
    loaded = _abi.declare(ctypes.CDLL(find(library)))
    found = loaded.ctr_abi_version()
    if found != _abi.ABI_VERSION:
        raise ImportError(f"{find(library)} has ABI {found}; this package needs {_abi.ABI_VERSION}")
    return loaded


def error(library: ctypes.CDLL, status: int, detail: str) -> CtrError:
    """The exception of a status."""
    return CtrError(status, library.ctr_status_text(status).decode(), detail)


def last_error(library: ctypes.CDLL, status: int) -> CtrError:
    """The exception of a status that the calling thread has just been answered."""
    needed = ctypes.c_size_t()
    library.ctr_last_error(None, 0, needed)
    detail = ctypes.create_string_buffer(max(needed.value, 1))
    library.ctr_last_error(detail, len(detail), None)
    return error(library, status, detail.value.decode("utf-8", "replace"))


def version(library: Optional[LibraryPath] = None) -> str:
    """Version and instruction set level of the library, such as "0.1.0+x86-64-v3"."""
    return load(library).ctr_version().decode()


def runtime_counters(library: Optional[LibraryPath] = None) -> RuntimeCounters:
    """The counters of the .NET runtime in the library, for the calling thread."""
    loaded = load(library)
    counters = _abi.sized(_abi.Counters)
    status = loaded.ctr_runtime_counters(counters)
    if status:
        raise last_error(loaded, status)
    return RuntimeCounters(counters.allocated_bytes, counters.collections)
