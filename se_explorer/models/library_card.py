"""Cards of timm's and torchvision's pretrained SE networks: what is known of each before anything is downloaded."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from se_explorer.language import _, percent
from se_explorer.models.card import BaseCard, CardPart

__all__ = ["LibraryCard", "Origin", "Published"]


class Origin(CardPart):
    """Where a library takes its weights from.

    Attributes:
        repository: of the Hugging Face hub, such as ``timm/seresnet50.a1_in1k``; None where it is a plain URL.
        files: names of the weights file in that repository, in the order in which timm looks for them.
        url: of the file; None where it is a repository.
        sha256: the first digits of the file's sha256, as the URL's file name gives them; None where unknown.
        bytes: size of the download; None where nothing is known of it.
        about: whether ``bytes`` is the size of the tensors alone, so that the file is a little larger; otherwise it
            is the library's own figure, rounded to 0.001 MiB.
    """

    repository: str | None = None
    files: tuple[str, ...] = ()
    url: str | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")] | None = None
    bytes: int | None = None
    about: bool = False

    @property
    def name(self) -> str:
        """For people: the repository or the URL."""
        return self.url or f"huggingface.co/{self.repository}"


class Published(CardPart):
    """Accuracy on ImageNet's validation set as others published it; we have not measured it.

    Attributes:
        top1, top5: shares; None where the source gives none.
        size: side in pixels of the input that it was measured at, which need not be the network's default.
        source: where it was read: [T] or [V] of the project's facts.
    """

    top1: Annotated[float, Field(gt=0, lt=1)]
    top5: Annotated[float, Field(gt=0, lt=1)] | None
    size: int
    source: Literal["timm results tables", "torchvision weights metadata"]


class LibraryCard(BaseCard):
    """All that is known of a pretrained network of timm or torchvision.

    Attributes:
        architecture: its name in the library.
        weights_name: the library's exact name of the weights.
        classes: how many it tells apart.
        published: its accuracy.
        origin: where the weights come from.
        papers: arXiv numbers, first the network's, then that of its training where the library names one.
    """

    id: Annotated[str, Field(pattern=r"^(timm|torchvision):[a-z0-9_]+([.@][A-Za-z0-9_]+)?$")]
    source: Literal["timm", "torchvision"]
    architecture: str
    weights_name: str
    classes: Annotated[int, Field(ge=1)]
    published: Published
    origin: Origin
    se_blocks: Annotated[int, Field(ge=1)]
    papers: tuple[Annotated[str, Field(pattern=r"^\d{4}\.\d{5}$")], ...]

    @property
    def class_count(self) -> int:
        """How many classes it tells apart."""
        return self.classes

    @property
    def top1(self) -> float:
        """Published top-1 accuracy as a share."""
        return self.published.top1

    @property
    def claim(self) -> str:
        """The accuracy in words of the language in force, with where it comes from."""
        published = self.published
        return _("{share} on ImageNet's validation set at {size} px ({source})").format(
            share=percent(published.top1, 2), size=published.size, source=_(published.source)
        )
