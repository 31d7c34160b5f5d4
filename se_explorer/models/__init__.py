"""Networks: the catalog, model cards, weights, and our own SE-ResNet."""

from se_explorer.models.bundled import ASSETS, DEFAULT_MODEL, bundled_cards
from se_explorer.models.card import Card
from se_explorer.models.catalog import CatalogEntry, catalog, open_network
from se_explorer.models.network import Network

__all__ = ["ASSETS", "DEFAULT_MODEL", "Card", "CatalogEntry", "Network", "bundled_cards", "catalog", "open_network"]
