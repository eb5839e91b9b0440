"""The process tool: it sets the project up, keeps its records and builds its site.

Its rooms, from left to right: `records` (what is written) and `site` (what people see).
A room imports from those on its left only; `cli` parses what people type and calls them.
"""
