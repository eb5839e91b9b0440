"""What is said where a team reviews and plans: on GitHub or GitLab, by their own interfaces."""
