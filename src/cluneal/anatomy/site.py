"""How well a place fits each cause: the cause's density of worst places, blurred by the error of the mark."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..knowledge.schema import Anatomy, Cause, SiteComponent
from .mark import Located


def site_log_ratios(located: Located, anatomy: Anatomy, causes: Iterable[Cause], reference: str) -> dict[str, float]:
    """Log-likelihood of the mark under each cause, less that under `reference`, within the stated cap and floor.

    A share of marks is stray (uniform over the map), and the ratio is held between `site_ratio_floor` and
    `site_ratio_cap`, so that one sharp tap never decides (`anatomy/frame.yaml`).
    """
    frame = anatomy.frame
    densities = {cause.id: density(located, anatomy, cause) for cause in causes}
    low, high = math.log(frame.site_ratio_floor), math.log(frame.site_ratio_cap)
    base = math.log(densities[reference])
    return {name: min(high, max(low, math.log(value) - base)) for name, value in densities.items()}


def density(located: Located, anatomy: Anatomy, cause: Cause) -> float:
    """Probability per square millimetre that someone with this cause makes this mark. Always above 0."""
    frame = anatomy.frame
    area = (frame.x_extent[1] - frame.x_extent[0]) * (frame.y_extent[1] - frame.y_extent[0])
    return frame.stray_share / area + (1 - frame.stray_share) * sum(
        component.weight * _surface(located, component, frame.other_surface_factor) * _blurred(located, component)
        for component in cause.pain_site.worst
    )


def _surface(located: Located, component: SiteComponent, other: float) -> float:
    return 1.0 if located.surface in (None, component.surface) else other


def _blurred(located: Located, component: SiteComponent) -> float:
    sd_x = math.hypot(component.sd_x, located.sd_x)
    sd_y = math.hypot(component.sd_y, located.sd_y)
    # Left and right are folded together: density at x >= 0 is that of x and of its mirror image.
    across = _normal(located.x - component.x, sd_x) + _normal(located.x + component.x, sd_x)
    return across * _normal(located.y - component.y, sd_y)


def _normal(distance: float, sd: float) -> float:
    return math.exp(-0.5 * (distance / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
