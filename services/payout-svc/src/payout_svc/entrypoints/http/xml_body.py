"""Messages of the bank come as XML of a bounded size."""

from fastapi import Request
from starlette.exceptions import HTTPException

MAX_BYTES = 20 * 1024 * 1024
XML_BODY = {"requestBody": {"required": True, "content": {"application/xml": {"schema": {"type": "string"}}}}}
_XML = {"application/xml", "text/xml"}


async def bounded_xml(request: Request) -> bytes:
    """Return the body of a request that says that it is XML, refusing it as soon as it is too long."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _XML:
        raise HTTPException(415, "send the bank's message as application/xml")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(413, f"a message of the bank has at most {MAX_BYTES} bytes")
    return bytes(body)
