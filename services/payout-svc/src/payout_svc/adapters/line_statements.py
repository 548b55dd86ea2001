"""How a payable of a facility is named on a line: the same words in events and in statements.

Each is an expression over `payouts.payable`.
"""

LINE_KIND = """
    case when payable.source_kind = 'booking_correction' then 'booking_correction'
         when payable.imported then 'imported_booking' else 'booking' end
"""
# A correction has its code as reference: what is older than the column `code` is named all the same.
LINE_CODE = "case when payable.source_kind = 'booking_correction' then payable.reference else payable.code end"
# A correction is paid on the invoice of its booking, by the index of a payable's source.
INVOICE_NUMBER = """
    case when payable.source_kind = 'booking_correction' then (
           select billed.reference from payouts.payable billed
           where billed.fund = payable.fund and billed.source_kind = 'booking'
             and billed.source_id = payable.booking_id)
         else payable.reference end
"""
