"""How hard Hypothesis tries here. `CLUNEAL_EXAMPLES=20` tries twenty times as many inventions."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "generative",
    deadline=None,
    max_examples=60 * int(os.environ.get("CLUNEAL_EXAMPLES", "1")),
    # The same inventions on every machine of CI, so that a red build is about the commit; new ones at a desk.
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("generative")
