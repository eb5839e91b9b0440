"""One file for each group of verbs: what they read, what they call, what they print."""
