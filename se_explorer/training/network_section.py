"""The recipe's ``[network]``: what is built, with or without SE blocks of a kind."""

from __future__ import annotations

import contextlib
import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from se_explorer.language import _
from se_explorer.models.design import OWN_PLANES, Design
from se_explorer.training.sections import Section

__all__ = ["Network"]


#: Without exponents: "1e999999999" would be worked out digit by digit.
FRACTION = re.compile(r"-?[0-9]{1,9}([/.][0-9]{1,9})?", re.ASCII)


def _fraction(value: object) -> object:
    if not isinstance(value, (str, float)):
        return value
    with contextlib.suppress(ValueError, ZeroDivisionError, OverflowError):
        if isinstance(value, float) or FRACTION.fullmatch(value):
            return Fraction(value)
    raise ValueError(_("a fraction such as '3/8', got {value}").format(value=repr(value)[:40]))


class Network(Section):
    """What is trained; ``se = false`` makes the plain twin, the same network without its SE blocks.

    ``architecture`` is one of ours (seresnet50 at any width; seresnet20, He et al.'s for CIFAR; notes-cnn),
    ``timm:NAME`` or ``torchvision:NAME``. The other entries are ``insert_se``'s options; ``stages`` says which stages
    carry SE blocks (Table 13), all by default.
    """

    architecture: Annotated[str, Field(max_length=120)]
    width: Annotated[Fraction, BeforeValidator(_fraction)] = Fraction(1)
    se: bool = True
    reduction: Annotated[int, Field(ge=1)] = 16
    squeeze: Literal["average", "max", "both"] = "average"
    excitation: Literal["sigmoid", "tanh", "relu"] = "sigmoid"
    position: Literal["standard", "pre", "post", "identity", "3x3"] = "standard"
    bias: bool = False
    stages: tuple[Annotated[int, Field(ge=0)], ...] | None = None

    @field_validator("architecture")
    @classmethod
    def _known(cls, architecture: str) -> str:
        source, colon, name = architecture.partition(":")
        if architecture not in OWN_PLANES and not (colon and name and source in ("timm", "torchvision")):
            told = _("one of {names}, timm:NAME or torchvision:NAME is needed, got {given}")
            raise ValueError(told.format(names=", ".join(OWN_PLANES), given=repr(architecture)))
        return architecture

    @model_validator(mode="after")
    def _buildable(self) -> Network:
        if self.architecture in OWN_PLANES:
            planes = OWN_PLANES[self.architecture] * self.width
            if planes.denominator != 1 or planes < 1:
                told = _("width must make {planes} * width a whole number of channels, got {width}")
                raise ValueError(told.format(planes=OWN_PLANES[self.architecture], width=self.width))
        elif self.width != 1:
            raise ValueError(_("width is for our own architectures; choose another network of the library"))
        return self

    @property
    def design(self) -> Design:
        """What to build."""
        return Design(**{name: getattr(self, name) for name in type(self).model_fields})
