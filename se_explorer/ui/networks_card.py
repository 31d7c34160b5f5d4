"""Networks, the card: what is known of a network before anything is downloaded."""

from __future__ import annotations

import streamlit as st

from se_explorer.language import _
from se_explorer.models import Card, LibraryCard, find_card

__all__ = ["card_facts", "draw_card", "publisher"]


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
    return (
        f"shorter side to {preset.steps.resized} px ({preset.interpolation}), centre {preset.size} x "
        f"{preset.size} px, minus ({mean}), over ({std})"
    )


def _library_facts(card: LibraryCard) -> dict[str, str]:
    about = "about " if card.origin.about else ""
    size = f"{about}{card.origin.bytes / 1e6:.1f} MB" if card.origin.bytes else "size unknown"
    five = "" if card.published.top5 is None else f"; top-5 {card.published.top5:.2%}"
    papers = ", ".join(f"[{number}](https://arxiv.org/abs/{number})" for number in card.papers)
    return {
        "Weights": f"`{card.weights_name}` from {card.origin.name}, {size}",
        "Accuracy, published": f"{card.claim}{five}. We have not measured it.",
    } | ({"Papers": papers} if papers else {})


def _bundled_facts(card: Card) -> dict[str, str]:
    found = card.accuracy
    return {
        "Weights": f"`{card.weights_file}`, bundled; {card.storage}",
        "Accuracy, measured by us": f"{card.claim}, {found.right} of {found.count} pictures, 95 % interval",
        "Training": f"{card.training.epochs} epochs of `{card.training.recipe_file}`, seed {card.training.seed}",
    }


def card_facts(card: Card | LibraryCard) -> dict[str, str]:
    """The card as rows of name and Markdown text."""
    own = _bundled_facts(card) if isinstance(card, Card) else _library_facts(card)
    return {
        "Id": f"`{card.id}`",
        "Source": card.source,
        **own,
        "Parameters": f"{card.parameters:,}",
        "SE blocks": str(card.se_blocks),
        "Classes": str(card.class_count),
        "Preprocessing": _preprocessing(card),
        "Licence": card.licence,
    }


def draw_card(model: str) -> None:
    """Show the card of a network of the catalog."""
    card = find_card(model)
    if card is None:
        return
    lines = "\n".join(f"- **{name}**: {value}" for name, value in card_facts(card).items())  # wraps on a phone
    st.markdown(f"#### {card.title}\n\n{lines}")
