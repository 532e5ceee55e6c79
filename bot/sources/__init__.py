"""Where papers come from: each source fetches (I/O) and parses (bytes to statements)."""
