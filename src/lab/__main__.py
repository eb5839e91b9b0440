"""`python -m lab`, the same as `lab`."""

from .cli import main

raise SystemExit(main())
