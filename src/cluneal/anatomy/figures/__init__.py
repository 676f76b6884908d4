"""Pictures for where hands are needed: a place on the map with the hand that presses it, or a person who moves.

Places are drawn from the numbers of `anatomy/*.yaml`; the rest is a sheet of paper and a jointed person on it. Every
word comes from the caller, so that a figure speaks the language of its page.
"""

from .catalogue import FIGURES, figure_svg, numbers_in

__all__ = ["FIGURES", "figure_svg", "numbers_in"]
