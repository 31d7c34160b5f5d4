"""A small renderer in numpy and Pillow for the rendered sample pictures: signed distances, sun, sky, grass, grain."""
