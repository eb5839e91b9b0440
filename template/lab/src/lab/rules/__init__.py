"""What must hold: lanes, clocks, locks, and one small check for each code."""
