"""Everything that Paperwire keeps: one SQLite file, and the analyser that indexes its text."""
