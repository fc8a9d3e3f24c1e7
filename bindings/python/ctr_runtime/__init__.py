"""Click-through-rate models (LR, POLY2, MF, FM, FFM) scored in this process, from a memory-mapped file.

>>> from ctr_runtime import Model
>>> with Model("model.ctr") as model:                       # doctest: +SKIP
...     model.score([[(0, 17), (1, 42)]])                   # rows of (field, key)
"""
from ._bound import BoundRow
from ._context import Context
from ._errors import CtrError, Status
from ._library import RuntimeCounters, runtime_counters, version
from ._model import Field, Model, ModelInfo

__all__ = ["BoundRow", "Context", "CtrError", "Field", "Model", "ModelInfo", "RuntimeCounters", "Status", "runtime_counters", "version"]
__version__ = "0.1.0"
