"""Delivery reports as mail servers write them."""

POSTFIX = """\
Return-Path: <>
X-Original-To: {to}
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B0C3D.1763630000/mx.example.net"

This is a MIME-encapsulated message.

--B0C3D.1763630000/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--B0C3D.1763630000/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Fri, 20 Nov 2026 09:30:00 +0000 (UTC)

Final-Recipient: rfc822; giulia@example.org
Original-Recipient: rfc822;giulia@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 {status} <giulia@example.org>: Recipient address
    rejected: User unknown

--B0C3D.1763630000/mx.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Cassa Integrativa FNM <messaggi@mutua.example>
To: Giulia <giulia@example.org>
Message-ID: {message_id}

--B0C3D.1763630000/mx.example.net--
"""

EXCHANGE = """\
From: <postmaster@outlook.example>
To: {to}
Date: Fri, 20 Nov 2026 10:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status;
 boundary="a1b2"
Subject: Undeliverable: Pratica

--a1b2
Content-Type: multipart/alternative; boundary="c3d4"

--c3d4
Content-Type: text/plain

Your message couldn't be delivered.
--c3d4
Content-Type: text/html

<p>Your message couldn't be delivered.</p>
--c3d4--

--a1b2
Content-Type: message/delivery-status

Reporting-MTA: dns;outlook.example

Final-Recipient: rfc822;giulia@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{status} something

--a1b2
Content-Type: message/rfc822

From: Cassa Integrativa FNM <messaggi@mutua.example>
Message-ID: {message_id}
Content-Type: text/plain

Ciao
--a1b2--
"""


def report(
    form: str = POSTFIX,
    *,
    to: str = "nobody@mutua.example",
    action: str = "failed",
    status: str = "5.1.1",
    message_id: str = "<x@y>",
) -> bytes:
    """Fill a report in."""
    text = form.format(to=to, action=action, status=status, message_id=message_id)
    return text.replace("\n", "\r\n").encode()
