"""Generated projects, set up and used as their owners would use them."""
