"""Networks: the catalog, model cards, weights and their downloads, and our own SE-ResNet."""

from se_explorer.models.bundled import ASSETS, DEFAULT_MODEL, bundled_cards
from se_explorer.models.card import Card
from se_explorer.models.cards import cards, find_card
from se_explorer.models.catalog import CatalogEntry, catalog, open_network
from se_explorer.models.labels import LabelSource
from se_explorer.models.library_card import LibraryCard
from se_explorer.models.network import Network
from se_explorer.models.own import network_of_module, open_checkpoint
from se_explorer.models.weights import Download, WeightsStatus, downloads, fetch, usable_now, weights_status

__all__ = [
    "ASSETS",
    "DEFAULT_MODEL",
    "Card",
    "CatalogEntry",
    "Download",
    "LabelSource",
    "LibraryCard",
    "Network",
    "WeightsStatus",
    "bundled_cards",
    "cards",
    "catalog",
    "downloads",
    "fetch",
    "find_card",
    "network_of_module",
    "open_checkpoint",
    "open_network",
    "usable_now",
    "weights_status",
]
