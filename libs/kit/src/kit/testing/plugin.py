"""The pytest plugin of the project: real servers, tokens, and a loud word on what could not be exercised."""

from collections.abc import Iterator

import pytest
import structlog

from kit.testing.databases import wait_for_drops
from kit.testing.servers import postgres_server, rabbitmq_server
from kit.testing.tokens import TokenFactory

_LEFT_OUT = "RabbitMQ: no server in MUTUA_TEST_AMQP_URL, on port 5672 or through Docker"


def pytest_configure() -> None:
    """Log as structlog does by itself, with a plain traceback: the decorated one takes seconds of CPU each time."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the address of a superuser on a real PostgreSQL."""
    with postgres_server() as url:
        yield url
        wait_for_drops()


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    """Give the address of a real RabbitMQ, or skip the test loudly."""
    with rabbitmq_server() as url:
        if url is None:
            pytest.skip(_LEFT_OUT)
        yield url


@pytest.fixture(scope="session")
def tokens() -> TokenFactory:
    """Give an issuer of test tokens."""
    return TokenFactory()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in capitals which servers were missing."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = sorted({str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)})
    if reasons:
        terminalreporter.section("NOT EXERCISED HERE", sep="!", red=True, bold=True)
        for reason in reasons:
            count = sum(1 for report in skipped if str(report.longrepr[2]) == reason)
            terminalreporter.write_line(f"{count} test(s): {reason}")
