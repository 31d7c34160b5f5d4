"""Streamlit's widgets as they come over the websocket: which stand on a page, and how their values are sent back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState

__all__ = ["TRIGGER", "Value", "Widget", "state_of", "widget_in"]

#: A value to set: what the widget's own field holds. Choices are named by the label that people see.
Value = bool | int | float | str | Sequence[float] | Sequence[str] | Mapping[str, object]

PREFIX = "$$ID-"
TRIGGER = "trigger_value"
#: By kind of element, the field of the widget's state.
FIELDS = {
    "button": TRIGGER,
    "download_button": TRIGGER,
    "checkbox": "bool_value",
    "number_input": "double_value",
    "selectbox": "string_value",
    "radio": "string_value",
    "text_input": "string_value",
    "text_area": "string_value",
    "plotly_chart": "string_value",
    "slider": "double_array_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "file_uploader": "file_uploader_state_value",
    "camera_input": "file_uploader_state_value",
}


@dataclass(frozen=True)
class Widget:
    """A widget of a page.

    Attributes:
        key: that the app's code gave it.
        id: Streamlit's.
        kind: of element, such as selectbox.
        fragment: id of the part of the page that alone is run again when its value changes; empty for the page.
    """

    key: str
    id: str
    kind: str
    fragment: str = ""


def widget_in(element: Element, fragment: str = "") -> Widget | None:
    """The widget that an element of a page is, if it is one and the app's code gave it a key."""
    kind = element.WhichOneof("type")
    if kind is None:
        return None
    identity = getattr(getattr(element, kind), "id", "")
    if not isinstance(identity, str) or not identity.startswith(PREFIX):
        return None
    key = identity.removeprefix(PREFIX).partition("-")[2]
    return None if key in ("", "None") else Widget(key, identity, kind, fragment)


def state_of(widget: Widget, value: Value) -> WidgetState:
    """A widget's state with a value.

    Raises:
        ValueError: the kind of widget, or the value for it, is none that is known here.
    """
    field = FIELDS.get(widget.kind)
    if field == "double_array_value" and isinstance(value, (str, list, tuple)) and _is_text(value):
        field = "string_array_value"  # a slider of texts
    if field == "string_value" and isinstance(value, Mapping):
        value = json.dumps(value)  # a chart's selection
    state = WidgetState(id=widget.id)
    if field in ("double_array_value", "string_array_value"):
        listed = [value] if isinstance(value, (str, int, float)) else list(value)
        getattr(state, field).data.extend(listed)
        return state
    if field is None or field == "file_uploader_state_value":
        raise ValueError(f"expected a widget whose value can be set, received the {widget.kind} {widget.key}")
    setattr(state, field, value)
    return state


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value))
