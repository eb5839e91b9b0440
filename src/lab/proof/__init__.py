"""What git can show: locks, openings of a test set, verdicts, replay and audit."""
