"""What is brought up to date: a fresh copy, and the template's part of a project."""
