"""`python -m booking_api.entrypoints.cases`: answer golden cases for `mutua cases`."""

import sys

from booking_api.entrypoints.cases import HANDLERS
from kit.cases import run_cases

sys.exit(run_cases(HANDLERS))
