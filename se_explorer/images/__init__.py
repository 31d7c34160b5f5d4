"""Bytes -> safe RGB -> model input, and the crop that the model really saw."""

from se_explorer.images.data_sources import DATA_SETS, open_pictures
from se_explorer.images.decode import Picture, decode_picture, load_picture
from se_explorer.images.folder import LabelledFolder, find_split, open_folder
from se_explorer.images.inside import folder_of, picture_inside
from se_explorer.images.picture_set import PictureSet
from se_explorer.images.preprocess import Preprocessing
from se_explorer.images.samples import Sample, open_sample, samples

__all__ = [
    "DATA_SETS",
    "LabelledFolder",
    "Picture",
    "PictureSet",
    "Preprocessing",
    "Sample",
    "decode_picture",
    "find_split",
    "folder_of",
    "load_picture",
    "open_folder",
    "open_pictures",
    "open_sample",
    "picture_inside",
    "samples",
]
