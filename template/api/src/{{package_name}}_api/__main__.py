"""`python -m` the package."""

import sys

from .cli import main

sys.exit(main())
