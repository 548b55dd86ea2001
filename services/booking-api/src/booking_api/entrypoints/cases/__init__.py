"""Golden cases that bookings answer, one file a fund and subject: a new one is a new file and a new row."""

from booking_api.entrypoints.cases.faschim_facility import faschim_facility
from booking_api.entrypoints.cases.fnm_bookings import fnm_booking
from booking_api.entrypoints.cases.onecare import onecare_direct
from kit.cases import Handlers

HANDLERS: Handlers = {
    "FNM booking": (fnm_booking,),
    "FNM-ONECARE": (onecare_direct,),
    "FASCHIM-FACILITY": (faschim_facility,),
}
