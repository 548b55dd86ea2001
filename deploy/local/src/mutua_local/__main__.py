"""`python -m mutua_local`: the same as the command `mutua`."""

import sys

from mutua_local.cli import main

sys.exit(main())
