"""The query language: text to tree, tree to text, words, full-text query and verdict."""
