"""Where weights come from is what the libraries say."""

from __future__ import annotations

import pytest
from timm.models import _builder, _hub
from torchvision.models import get_model_weights

from se_explorer.models import LibraryCard, cards
from se_explorer.models.library_names import timm_config
from se_explorer.models.weights.origins import HUB_FILES, origin_of, timm_origin, url_file_name, weights_name

TIMM = [card for card in cards().values() if isinstance(card, LibraryCard) and card.source == "timm"]


@pytest.mark.parametrize("card", TIMM, ids=lambda card: card.weights_name)
def test_timm_takes_them_from_there(card: LibraryCard) -> None:
    kind, place = _builder._resolve_pretrained_source(timm_config(card.weights_name).to_dict())
    assert (kind, place) == (("url", card.origin.url) if card.origin.url else ("hf-hub", card.origin.repository))


def test_the_names_of_files_are_those_that_timm_tries() -> None:
    assert (*_hub._get_safe_alternatives(_hub.HF_WEIGHTS_NAME), _hub.HF_WEIGHTS_NAME) == HUB_FILES


def test_a_url_names_the_first_digits_of_the_sha256() -> None:
    origin = timm_origin("legacy_seresnet18.in1k")
    assert (url_file_name(str(origin.url)), origin.sha256) == ("seresnet18-4bb0ce65.pth", "4bb0ce65")


def test_networks_without_a_card_have_an_origin_too() -> None:
    assert origin_of("timm:resnet18.a1_in1k").repository == "timm/resnet18.a1_in1k"
    swag = get_model_weights("regnet_y_16gf")["IMAGENET1K_SWAG_E2E_V1"]
    assert origin_of("torchvision:regnet_y_16gf@IMAGENET1K_SWAG_E2E_V1").url == swag.url


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("timm:seresnet50", "timm--seresnet50.a1_in1k"),
        ("timm:seresnet50.ra2_in1k", "timm--seresnet50.ra2_in1k"),
        ("torchvision:regnet_y_400mf", "torchvision--RegNet_Y_400MF_Weights.IMAGENET1K_V2"),
        ("torchvision:regnet_y_400mf@IMAGENET1K_V1", "torchvision--RegNet_Y_400MF_Weights.IMAGENET1K_V1"),
    ],
)
def test_files_get_flat_and_exact_names(model: str, name: str) -> None:
    assert weights_name(model) == name


def test_no_two_cards_share_a_name() -> None:
    names = [weights_name(model) for model, card in cards().items() if isinstance(card, LibraryCard)]
    assert len(set(names)) == len(names)
    assert not any(set(name) & set('/\\:*?"<>|@ ') for name in names)
