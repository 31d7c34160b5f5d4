"""Many machines: data sets measured in a Ray cluster, and an engine behind HTTP that apps ask.

Nothing here imports Ray before it is asked for; without it, all else works.
"""

__all__ = ["ADDRESS_VARIABLE"]

#: The environment variable with the address of an engine server, which apps ask for traces.
ADDRESS_VARIABLE = "SE_EXPLORER_ENGINE_URL"
