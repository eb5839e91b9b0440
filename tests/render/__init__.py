"""What a project looks like for each set of answers, without running it."""
