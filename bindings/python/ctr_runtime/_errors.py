"""The one exception of the package."""


class CtrError(Exception):
    """A call of the library was refused.

    status: the number of ctr_status in ctr.h, negative.
    reason: what the status means, in a few words.
    detail: what it was about, such as the file and why.
    """

    def __init__(self, status: int, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.status = status
        self.reason = reason
        self.detail = detail

    def __reduce__(self):  # so that it survives a process boundary
        return CtrError, (self.status, self.reason, self.detail)
