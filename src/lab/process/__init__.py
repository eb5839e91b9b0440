"""How cards move: lanes, clocks, reviews, and what needs attention."""
