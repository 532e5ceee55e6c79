"""The whole bot in a terminal: a Bot API server on loopback, a line chat and sample papers."""
