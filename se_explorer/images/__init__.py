"""Bytes -> safe RGB -> model input, and the crop that the model really saw."""

from se_explorer.images.decode import Picture, decode_picture, load_picture
from se_explorer.images.folder import LabelledFolder, find_split, open_folder
from se_explorer.images.preprocess import Preprocessing
from se_explorer.images.samples import Sample, open_sample, samples

__all__ = [
    "LabelledFolder",
    "Picture",
    "Preprocessing",
    "Sample",
    "decode_picture",
    "find_split",
    "load_picture",
    "open_folder",
    "open_sample",
    "samples",
]
