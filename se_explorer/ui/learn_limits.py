"""Learn, what it does not: claims about SE that are often heard and are not so."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis.lesson_try import other_places
from se_explorer.language import _, decimal
from se_explorer.ui.learn_lesson import Lesson

__all__ = ["idea", "numbers", "tries"]


def idea(_lesson: Lesson) -> None:
    st.markdown(
        _(
            "- **It makes no network smaller or faster.** It adds parameters and a little time (the step before last). "
            "A smaller network *with* SE can match a larger one *without*.\n"
            "- **It does not look at places.** A gate is one number for the whole map: the same at every place.\n"
            "- **Its gates do not compete.** Several can be open at once; their sum is not 1.\n"
            "- **It cannot be folded away.** Gates depend on the picture, so they are no fixed weights of the layer "
            "before, as a batch norm's are.\n"
            "- **Switching it off is no proof of its worth.** The layers after it were trained with it.\n"
            "- **2.251 %** is the top-5 error of the winning *ensemble* on the test set of ILSVRC 2017, not of one "
            "network; SENet-154 alone has 4.47 % on the validation set at 224 px."
        )
    )


def numbers(lesson: Lesson) -> None:
    channel = lesson.channel
    values = lesson.block.kept_maps[channel]
    st.markdown(
        _("**Places do not matter to the gate.** The map of channel {channel}, its values moved about:").format(
            channel=channel
        )
    )
    names = {
        "as it is": _("as it is"),
        "mirrored": _("mirrored"),
        "turned": _("turned by half a turn"),
        "sorted": _("its values sorted by size"),
    }
    for name, average in other_places(values):
        shown = lesson.formulas.paint("z", f"{average:.4f}")
        told = _("{name}: {value}").format(name=names[name], value=rf"$\frac{{1}}{{HW}}\sum u = {shown}$")
        st.markdown(f"- {told}")
    st.markdown(
        _("The average is the same, and so are the gates: a golf ball at the top or at the bottom, it is all one.")
        if lesson.block.block.facts.squeeze == "average"
        else _("The average is the same, whatever the order.")
    )


def tries(lesson: Lesson) -> None:
    block = lesson.block
    total = float(block.gates.sum(dtype=float))
    st.markdown(
        _("**Gates do not compete**: those of {name} add up to {total}; {count} of {all} are above a half.").format(
            name=lesson.name,
            total=decimal(total, 2),
            count=int((block.gates > 0.5).sum()),
            all=len(block.gates),
        )
    )
    st.markdown(
        _(
            "**What the paper says of its gates** is worth testing on any network: that early blocks gate much alike "
            "whatever the class, that deeper ones become specific, and that some of the last do little. Explore and "
            "Ablate show it picture by picture."
        )
    )
    st.page_link("pages/explore.py", label=_("Explore: all blocks at a glance"), icon=":material/search:")
    st.page_link("pages/ablate.py", label=_("Ablate: which block is worth what"), icon=":material/toggle_off:")
