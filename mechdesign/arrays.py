"""Names for types of arrays; at run time all are ``numpy.ndarray``: numpy.typing loads slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as NDArray

    AnyArray = NDArray[Any]
    BoolArray = NDArray[np.bool_]
    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    WordArray = NDArray[np.uint64]
else:
    NDArray = AnyArray = BoolArray = FloatArray = IntArray = WordArray = np.ndarray
