"""The worker process: relay, consumers, overdue suspensions, the checks of documents."""

from functools import partial

import uvloop

from claims_api.bootstrap import SCHEMA, build
from claims_api.entrypoints.consumers import CONSUMED
from claims_api.entrypoints.document_jobs import check_documents, end_uploads, read_documents, remove_objects
from claims_api.entrypoints.jobs import escalate_overdue, lapse_overdue, release_paper
from claims_api.entrypoints.orphan_job import remove_orphans
from claims_api.entrypoints.retention_job import erase_documents
from claims_api.settings import Settings
from kit.log import configure_logging
from kit.worker import Job, run_worker


def main() -> None:
    settings = Settings()
    configure_logging(settings.log_level)
    services = build(settings)
    jobs = [
        Job("lapse_overdue", settings.lapse_check_seconds, partial(lapse_overdue, services)),
        Job("release_paper", settings.lapse_check_seconds, partial(release_paper, services)),
        Job("escalate_overdue", settings.escalation_check_seconds, partial(escalate_overdue, services)),
        Job("check_documents", settings.document_work_seconds, partial(check_documents, services)),
        Job("read_documents", settings.document_work_seconds, partial(read_documents, services)),
        Job("erase_documents", settings.retention_check_seconds, partial(erase_documents, services)),
        Job("end_uploads", settings.retention_check_seconds, partial(end_uploads, services)),
        Job("remove_orphans", settings.orphan_check_seconds, partial(remove_orphans, services)),
        Job("remove_objects", settings.document_work_seconds, partial(remove_objects, services)),
    ]
    uvloop.run(
        run_worker(
            schema=SCHEMA,
            settings=settings,
            uow=services.uow,
            clock=services.clock,
            consumers=CONSUMED,
            jobs=jobs,
        )
    )


if __name__ == "__main__":
    main()
