"""What numbers say: criteria, bounds, verdicts, lift, power: pure functions on tables."""
