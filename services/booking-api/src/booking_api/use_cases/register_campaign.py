"""Register a campaign, or bring it up to date."""

from booking_api.domain.campaign import Campaign, check_campaign
from booking_api.domain.fund_terms import FundTerms
from booking_api.use_cases.ports import BookingTransaction


async def register_campaign(tx: BookingTransaction, *, campaign: Campaign, terms: FundTerms) -> Campaign:
    """Write a campaign under its code; the same data again change nothing. Bookings that were made stand.

    Raises: CampaignInvalid.
    """
    check_campaign(campaign, frozenset(terms.services))
    if await tx.campaigns.get(campaign.code) != campaign:
        await tx.campaigns.put(campaign)
        tx.audit("campaign_registered", entity="campaign", entity_id=campaign.code)
    return campaign
