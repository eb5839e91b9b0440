"""The built site in a browser: what its pages do, show and lead to."""
