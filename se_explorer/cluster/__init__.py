"""Many machines: data sets measured in a Ray cluster, and an engine behind HTTP that apps ask. Nothing here imports Ray
before it is asked for; without it, all else works."""
