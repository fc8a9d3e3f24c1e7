"""The one exception of the package, and the numbers it carries."""
import enum
from typing import Union


class Status(enum.IntEnum):
    """ctr_status of ctr.h: why a call was refused."""

    INVALID_ARGUMENT = -1
    INVALID_HANDLE = -2
    IO = -3
    BUFFER_TOO_SMALL = -4
    UNSUPPORTED = -5
    OUT_OF_MEMORY = -6
    INTERNAL = -7
    MODEL_MAGIC = -20
    MODEL_BYTE_ORDER = -21
    MODEL_VERSION = -22
    MODEL_LENGTH = -23
    MODEL_HEADER_CHECKSUM = -24
    MODEL_LAYOUT = -25
    MODEL_KIND = -26
    MODEL_COUNTS = -27
    MODEL_TABLE_CHECKSUM = -28
    MODEL_SECTIONS = -29
    MODEL_SECTION_UNKNOWN = -30
    MODEL_SECTION_MISSING = -31
    MODEL_SECTION_CHECKSUM = -32
    MODEL_SCHEMA = -33
    MODEL_INDEX = -34
    MODEL_GOLDEN_ROWS = -35
    MODEL_WEIGHTS = -36
    ROW_OFFSETS = -50
    ROW_FIELD = -51
    ROW_VALUE = -52
    ROW_TOO_LONG = -53
    ROW_FIELDS_MISSING = -54
    CONTEXT = -55
    UNKNOWN_FIELD = -60
    FIELD_VALUE = -61
    DATA = -70


class CtrError(Exception):
    """A call of the library was refused.

    status: a Status; a negative int if the library is newer than this package and knows more of them.
    reason: what the status means, in a few words.
    detail: what it was about, such as the file and why, or the row.
    """

    def __init__(self, status: int, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.status: Union[Status, int] = Status(status) if status in Status.__members__.values() else status
        self.reason = reason
        self.detail = detail

    @property
    def name(self) -> str:
        """The status by its name, such as "ROW_FIELD"."""
        return self.status.name if isinstance(self.status, Status) else str(self.status)

    def __reduce__(self):  # so that it survives a process boundary
        return CtrError, (int(self.status), self.reason, self.detail)
