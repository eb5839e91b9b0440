"""What numbers say: criteria, and later bounds and verdicts."""
