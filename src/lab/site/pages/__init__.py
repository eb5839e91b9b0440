"""Pages: each is a pure function from the world to the text of one page."""
