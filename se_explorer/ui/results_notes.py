"""Results, where the notes that this project starts from are loose: what is right, with the figures that say so."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis.published_counts import counted_systems
from se_explorer.language import _, decimal, percent, whole
from se_explorer.models.published import published

__all__ = ["draw_notes"]


def _ensemble() -> str:
    found = published()
    return _(
        "**2.251 % is an ensemble's.** The notes give it as SENet's top-5 error. It is that of the ensemble that won "
        "ILSVRC 2017, on that year's test set, whose labels are not public; the winner of 2016 had {before} %. One "
        "SENet-154 alone has {small} % with a crop of 224 px and {large} % with 320 px, on the validation set. "
        "Different sets: the figures are not to be subtracted from one another."
    ).format(
        before=decimal(found.statement("ilsvrc2016").value, 3),
        small=decimal(found.row("senet154").top5_error or 0, 2),
        large=decimal(found.row("senet154-320").top5_error or 0, 2),
    )


def _cost() -> str:
    found, counted = published(), counted_systems()
    plain, with_se = counted["table2-resnet50"], counted["table2-resnet50-se"]
    first, second = found.row("table2-resnet50"), found.row("table2-resnet50-se")
    flops, se_flops = first.gflops or 0.0, second.gflops or 0.0
    return _(
        "**SE makes a network neither smaller nor faster.** The notes' preface says that SENet lowers the parameters "
        "and speeds a network up. It adds to both: SE-ResNet-50 has {extra} parameters more than ResNet-50 (equation 5 "
        "with r = 16, +{more}), and {flops} G instead of {before} G multiply-adds (+{work}). The authors measured "
        "{train_se} ms instead of {train} ms for a step of training and {cpu_se} ms instead of {cpu} ms for inference "
        "on a CPU. What this buys is error: {error_se} % top-1 instead of {error} %. Further down the notes say it "
        "rightly: about 10 % more parameters and less than 1 % more computation."
    ).format(
        extra=whole(with_se.se_parameters),
        more=percent(with_se.se_parameters / plain.parameters, 1),
        flops=decimal(se_flops, 2),
        before=decimal(flops, 2),
        work=percent(se_flops / flops - 1, 2),
        train_se=whole(round(found.statement("train-se").value)),
        train=whole(round(found.statement("train-plain").value)),
        cpu_se=whole(round(found.statement("cpu-se").value)),
        cpu=whole(round(found.statement("cpu-plain").value)),
        error_se=decimal(second.top1_error, 2),
        error=decimal(first.top1_error, 2),
    )


def _equations() -> str:
    return _(
        "**The equations are 1 to 5.** In the notes the squeeze is marked as equation 1 a second time, and the "
        "excitation as a reference; in the paper the convolution is equation 1, the squeeze 2, the excitation 3, the "
        "scaling 4 and the parameters 5. The sum in equation 5 runs over the stages, from s = 1 to S; with a small s "
        "for both, as the notes write it, it would run to its own index."
    )


def _transformation() -> str:
    return _(
        "**F_tr is not the SE block.** It is the transformation before it, a convolution or a whole residual branch, "
        "that makes U from X. The block takes U and gives X~ of the same shape."
    )


def draw_notes() -> None:
    """Each point in a paragraph."""
    st.header(_("Where the study notes are loose"))
    for paragraph in (_ensemble(), _cost(), _equations(), _transformation()):
        st.markdown(paragraph)
    sources = ", ".join(f"[{source.name}]({source.url})" for source in published().sources.values())
    st.caption(
        _("Printed figures: {sources}. Parameters: counted by us in the networks as built.").format(sources=sources)
    )
