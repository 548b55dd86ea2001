"""Golden cases that payouts answer, one file a fund: a new fund is a new file and a new row."""

from kit.cases import Handlers
from payout_svc.entrypoints.cases.fnm_payouts import fnm_payout

HANDLERS: Handlers = {"FNM payout": (fnm_payout,)}
