"""How property tests search: HYPOTHESIS_PROFILE is check (few examples, in `make check`) or long (`make test-long`)."""

import os

from hypothesis import HealthCheck, settings

# A slow machine fails no test.
settings.register_profile("check", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("check"), max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "check"))
