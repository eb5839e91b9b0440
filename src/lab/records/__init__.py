"""What is written: the documents of the stages and of the team."""
