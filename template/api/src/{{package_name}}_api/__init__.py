"""The model's interface: its contract as types, a client, a stub, and the service itself.

`models` holds the row and the prediction, `client` asks for one; whether a stub or a trained
model answers is decided by the URL alone.
"""

PACKAGE = __name__
COMMAND = PACKAGE.replace("_", "-")
