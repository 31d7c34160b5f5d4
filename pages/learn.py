"""Learn: the lesson, step by step, with the numbers of the picture at hand."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.learn import draw_page, draw_screen
from se_explorer.ui.learn_lesson import open_lesson
from se_explorer.ui.presenter import is_presenting, keep_presenting, show_large
from se_explorer.ui.sidebar import open_view
from se_explorer.ui.state import theme

presenting = is_presenting()
if presenting:
    show_large(theme())
else:
    st.title(_("Learn"))
with shown_errors():
    view = open_view()
    keep_presenting()
    lesson = open_lesson(view)
    if presenting:
        draw_screen(lesson)
    else:
        draw_page(lesson)
