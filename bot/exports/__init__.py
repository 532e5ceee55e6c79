"""Files for other programs: bibliographies, tables, and what a chat follows. Pure: records in, text out."""
