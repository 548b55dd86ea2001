"""The differences between two versions, as the API shows them."""

from collections.abc import Iterable

from pydantic import BaseModel, Field

from rules_svc.adapters.plan_diff import Change


class ChangeView(BaseModel):
    """One difference, as the plan file writes it."""

    article: str = Field(description='The article, or "plan" for what belongs to none')
    title_en: str
    pointer: str = Field(description="The place in the plan file")
    what: str
    before: str | None = Field(description="null: added")
    after: str | None = Field(description="null: removed")


def change_views(changes: Iterable[Change]) -> list[ChangeView]:
    """Show differences."""
    return [
        ChangeView(
            article=one.article,
            title_en=one.title,
            pointer=one.pointer,
            what=one.what,
            before=one.before,
            after=one.after,
        )
        for one in changes
    ]
