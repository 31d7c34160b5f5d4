"""The size of a network, known before it takes memory, and the limit on it."""

from __future__ import annotations

import pytest

from se_explorer.errors import ModelError
from se_explorer.models import open_network
from se_explorer.models.cards import find_card
from se_explorer.models.size import check_size, parameters_of


@pytest.mark.parametrize("model", ["timm:seresnet18", "torchvision:mobilenet_v3_small", "paper:table2-resnet50-se"])
def test_it_is_that_of_the_opened_network(model: str) -> None:
    opened = open_network(model, "random:0").module
    assert parameters_of(model) == sum(parameter.numel() for parameter in opened.parameters())


def test_a_network_without_a_card_is_counted_without_memory() -> None:
    assert find_card("torchvision:regnet_y_128gf") is None
    assert parameters_of("torchvision:regnet_y_128gf") == 644_812_894  # torchvision's own figure


def test_a_public_server_opens_no_giant(monkeypatch: pytest.MonkeyPatch) -> None:
    check_size("torchvision:regnet_y_128gf")
    monkeypatch.setenv("SE_EXPLORER_PROFILE", "public")
    with pytest.raises(ModelError, match=r"at most 120 million parameters.*which has 645 million"):
        check_size("torchvision:regnet_y_128gf")
    check_size("timm:legacy_senet154.in1k")
    monkeypatch.setenv("SE_EXPLORER_NETWORK_MPARAMS", "700")
    check_size("torchvision:regnet_y_128gf")
