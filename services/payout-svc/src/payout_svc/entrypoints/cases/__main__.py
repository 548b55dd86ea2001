"""`python -m payout_svc.entrypoints.cases`: answer golden cases for `mutua cases`."""

import sys

from kit.cases import run_cases
from payout_svc.entrypoints.cases import HANDLERS

sys.exit(run_cases(HANDLERS))
