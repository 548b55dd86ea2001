"""Golden cases that the rules decide, one file a fund: a new fund is a new file and a new row."""

from kit.cases import Handlers
from rules_svc.entrypoints.cases.fnm_claims import fnm_claim

HANDLERS: Handlers = {"FNM claim": (fnm_claim,)}
