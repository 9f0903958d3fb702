"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "mechdesign",
    deadline=None,  # tests never judge time
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=50,
)
settings.load_profile("mechdesign")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real tables beside the checkout; the test is skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MECHDESIGN_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set MECHDESIGN_DATA to run this test")
    return folder
