"""Where the typical mistakes were collected from."""

from typing import Final

LISTS: Final = (
    "response trees of the STACK Calculus Refresher; Siyepu, International Journal of STEM Education 2:16 (2015); "
    "the lists of common errors by Schilling and Schechter; calculusconcepts.com; APEX Calculus 2.4 and 2.5"
)
MATHMISTAKES: Final = "mathmistakes.info, common calculus mistakes"
TOH: Final = "Toh et al. (2021), on degrees and radians"
