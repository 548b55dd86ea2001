"""Facts that stop a use case."""

from kit.errors import Conflict, InvalidInput, NotFound


class MessageNotFound(NotFound):
    """No such message, or it belongs to another member."""

    code = "message_not_found"


class MessageTransitionForbidden(Conflict):
    """The message's state does not allow this step."""

    code = "message_transition_forbidden"


class TemplateNotFound(NotFound):
    """The fund has no template of that name in that language."""

    code = "template_not_found"


class MessageNotOptional(InvalidInput):
    """The fund must send this message, or there is none of that name."""

    code = "message_not_optional"


class BounceUnreadable(InvalidInput):
    """What was handed in is no message that can be read safely."""

    code = "bounce_unreadable"


class DocumentUnusable(InvalidInput):
    """The attachment in the store is not the one that the event announced."""

    code = "document_unusable"
