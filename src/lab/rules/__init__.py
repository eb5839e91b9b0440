"""What must hold: the registry, and one small check for each code."""
