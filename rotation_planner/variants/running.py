"""Many jobs, wherever they run: those done before are not done again, each result is put away as it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rotation_planner.report.together import cores
from rotation_planner.variants.jobs import STOPPED, Done, Job, Stop, Tell
from rotation_planner.variants.pool import run_here, run_on_cluster
from rotation_planner.variants.store import Store


@dataclass(frozen=True)
class Where:
    """Where jobs run: on the cluster at ``cluster``, else in ``processes`` (0: one a processor)."""

    processes: int = 0
    cluster: str = ""

    def shared(self, jobs: int) -> tuple[int, int]:
        """The processes for so many jobs, and the processors that each of them may use; a cluster counts its
        processors in threads, and a job has one of them."""
        if self.cluster:
            return 0, 1
        processes = max(1, min(self.processes or cores(), jobs))
        return processes, max(1, cores() // processes)


def run_all(
    jobs: Sequence[Callable[[], Job | Done]],
    store: Store,
    where: Where,
    *,
    plan: str = "",
    scenario: bool = False,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> dict[str, dict[str, Any]]:
    """Run the jobs, put each result into the store, and tell all records by the id of the job.

    ``jobs`` make the job when its turn comes (they may be large), or tell at once what came of it. ``plan`` and
    ``scenario``: see `Store.keep`. A job that is stopped is told and not put away. ``tell`` hears of every job: known
    from before, begun, how its search goes, done.
    """
    stop = stop or threading.Event()
    records: dict[str, dict[str, Any]] = {}

    def take(job: Job, done: Done) -> None:
        if done.record["outcome"] == STOPPED:
            records[job.id] = dict(done.record)
        else:
            records[job.id] = store.keep(job, done, plan=plan, scenario=scenario)
        if tell is not None:
            tell({"id": job.id, "done": True, "outcome": done.record["outcome"]})

    def open_jobs() -> Iterator[Job]:
        for make in jobs:
            if stop.is_set():
                return
            job = make()
            if isinstance(job, Done):
                empty = Job(job.record["id"], job.record["title"], {}, job.record["fingerprint"])
                take(empty, job)
                continue
            before = store.kept(job)
            if before is not None:
                records[job.id] = before
                if tell is not None:
                    tell({"id": job.id, "done": True, "outcome": before["outcome"], "known": True})
                continue
            yield job

    run_somewhere(open_jobs(), take, store, where, many=len(jobs), tell=tell, stop=stop)
    return records


def run_somewhere(
    jobs: Iterable[Job],
    take: Callable[[Job, Done], None],
    store: Store,
    where: Where,
    *,
    many: int,
    tell: Tell | None,
    stop: Stop,
) -> None:
    """Run open jobs on the cluster or in processes of this machine."""
    if where.cluster:
        run_on_cluster(jobs, take, address=where.cluster, tell=tell, stop=stop)
        return
    processes, _ = where.shared(many)
    run_here(jobs, take, processes=processes, scratch=store.scratch, tell=tell, stop=stop)
