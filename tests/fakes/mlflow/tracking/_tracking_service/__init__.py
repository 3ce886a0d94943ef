"""Where the client lies."""
