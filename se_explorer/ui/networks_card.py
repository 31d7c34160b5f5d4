"""Networks, the card: what is known of a network before anything is downloaded."""

from __future__ import annotations

import streamlit as st

from se_explorer.language import _, decimal, list_of, percent, sentences, whole
from se_explorer.models import Card, LibraryCard, find_card

__all__ = ["card_facts", "draw_card", "publisher", "source_name"]


def publisher(card: LibraryCard) -> str:
    """Where a library's figure was read."""
    names = {
        "timm results tables": _("timm results tables"),
        "torchvision weights metadata": _("torchvision weights metadata"),
    }
    return names[card.published.source]


def _preprocessing(card: Card | LibraryCard) -> str:
    preset = card.preprocessing
    mean, std = (", ".join(f"{value:g}" for value in values) for values in (preset.mean, preset.std))
    how = {"bilinear": _("bilinear"), "bicubic": _("bicubic")}[preset.interpolation]
    return _(
        "shorter side to {resized} px ({interpolation}), centre {size} x {size} px, minus ({mean}), over ({std})"
    ).format(resized=preset.steps.resized, interpolation=how, size=preset.size, mean=mean, std=std)


def _licence(card: Card | LibraryCard) -> str:
    """Licences have names; where there is more to say, it is a sentence of a card or of a library."""
    return _("BSD (the library's)") if card.licence == "BSD (the library's)" else _(card.licence)


def _size(card: LibraryCard) -> str:
    if not card.origin.bytes:
        return _("size unknown")
    size = f"{decimal(card.origin.bytes / 1e6, 1)} MB"
    return _("about {size}").format(size=size) if card.origin.about else size


def _library_facts(card: LibraryCard) -> dict[str, str]:
    found = card.published
    claim = _("{share} on ImageNet's validation set at {size} px ({source})").format(
        share=percent(found.top1, 2), size=found.size, source=publisher(card)
    )
    five = "" if found.top5 is None else _("; top-5 {share}").format(share=percent(found.top5, 2))
    papers = list_of([f"[{number}](https://arxiv.org/abs/{number})" for number in card.papers])
    return {
        _("Weights"): _("{file} from {source}, {size}").format(
            file=f"`{card.weights_name}`", source=card.origin.name, size=_size(card)
        ),
        _("Accuracy, published"): sentences(
            _("{claim}{more}.").format(claim=claim, more=five), _("We have not measured it.")
        ),
    } | ({_("Papers"): papers} if papers else {})


def _bundled_facts(card: Card) -> dict[str, str]:
    found = card.accuracy
    return {
        _("Weights"): _("{file}, bundled; {storage}").format(file=f"`{card.weights_file}`", storage=_(card.storage)),
        _("Accuracy, measured by us"): _(
            "{share} ({low} to {high}) on the {split}, {right} of {count} pictures, 95 % interval"
        ).format(
            share=percent(found.top1, 2),
            low=percent(found.low, 2),
            high=percent(found.high, 2),
            split=_(found.split),
            right=found.right,
            count=found.count,
        ),
        _("Training"): _("{epochs} epochs of {recipe}, seed {seed}").format(
            epochs=card.training.epochs, recipe=f"`{card.training.recipe_file}`", seed=card.training.seed
        ),
    }


def source_name(source: str) -> str:
    """Where a network comes from; libraries have names."""
    return _("bundled") if source == "bundled" else source


def card_facts(card: Card | LibraryCard) -> dict[str, str]:
    """The card as rows of name and Markdown text."""
    own = _bundled_facts(card) if isinstance(card, Card) else _library_facts(card)
    return {
        "Id": f"`{card.id}`",
        _("Source"): source_name(card.source),
        **own,
        _("Parameters"): whole(card.parameters),
        _("SE blocks"): str(card.se_blocks),
        _("Classes"): str(card.class_count),
        _("Preprocessing"): _preprocessing(card),
        _("Licence"): _licence(card),
    }


def draw_card(model: str) -> None:
    """Show the card of a network of the catalog."""
    card = find_card(model)
    if card is None:
        return
    told = _("**{name}**: {value}")
    lines = "\n".join(
        f"- {told.format(name=name, value=value)}" for name, value in card_facts(card).items()
    )  # wraps on a phone
    st.markdown(f"### {card.title}\n\n{lines}")
