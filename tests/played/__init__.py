"""A made-up project with fifty-odd records, in which a team worked for half a year."""
