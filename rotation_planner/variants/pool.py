"""Jobs in processes of their own on this machine, or on a running cluster: the same function, the same results."""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import multiprocessing
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.report.together import end_with_parent
from rotation_planner.variants.jobs import Done, Job, Stop, Tell, crashed, head, run_job

CONNECT_SECONDS = 15
Take = Callable[[Job, Done], None]

# What a process of the pool was given when it began.
_given: dict[str, Any] = {}


def _begin(news: Any, stop: Any, scratch: str) -> None:
    """A process of the pool begins: Ctrl-C is its parent's to hear, and it does not outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _given.update(news=news, stop=stop, scratch=scratch)
    end_with_parent()


def _in_pool(job: Job) -> Done:
    _given["news"].put({"id": job.id, "started": True})
    return run_job(job, _given["scratch"], _given["news"].put, _given["stop"])


def run_here(
    jobs: Iterable[Job], take: Take, *, processes: int, scratch: str, tell: Tell | None = None, stop: Stop | None = None
) -> None:
    """Run the jobs in so many processes; ``take`` gets each result as it comes, ``tell`` the news on the way.

    A process that dies takes no other job with it: those under way with it are run again one by one, and only the one
    that dies again is told as crashed.
    """
    waiting = iter(jobs)
    suspects: list[Job] = []
    asked = stop or threading.Event()
    while True:
        lost = _pass(waiting, take, processes, scratch, tell, asked)
        if not lost:
            break
        suspects += lost
    for job in suspects:
        if asked.is_set():
            break
        if _pass(iter([job]), take, 1, scratch, tell, asked):
            take(job, Done({**head(job), **crashed(_process_died()).record}))


def _process_died() -> str:
    from rotation_planner.words import say

    return say("variants.process_died")


def _pass(waiting: Iterator[Job], take: Take, processes: int, scratch: str, tell: Tell | None, stop: Stop) -> list[Job]:
    """Run jobs until there are none left or a process dies; the jobs under way then."""
    context = multiprocessing.get_context("spawn")
    news, halt = context.Queue(), context.Event()
    listening = threading.Event()
    ears = threading.Thread(target=_listen, args=(news, tell, listening), daemon=True)
    ears.start()
    pool = futures.ProcessPoolExecutor(processes, context, _begin, (news, halt, scratch))
    running: dict[futures.Future[Done], Job] = {}
    try:
        while True:
            if stop.is_set():
                halt.set()
            while len(running) < processes and not stop.is_set():
                job = next(waiting, None)
                if job is None:
                    break
                with _without_main():
                    running[pool.submit(_in_pool, job)] = job
            if not running:
                return []
            finished, _ = futures.wait(running, timeout=0.2, return_when=futures.FIRST_COMPLETED)
            for each in finished:
                try:
                    done = each.result()
                except BrokenProcessPool:
                    return list(running.values())
                except Exception as error:  # e.g. a result that cannot be sent
                    done = Done({**head(running[each]), **crashed(f"{type(error).__name__}: {error}").record})
                take(running.pop(each), done)
    except BrokenProcessPool:
        return list(running.values())
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        listening.set()
        ears.join()
        news.close()


def _listen(news: Any, tell: Tell | None, end: threading.Event) -> None:
    """Pass on what the processes tell until the end."""
    while True:
        try:
            each = news.get(timeout=0.1)
        except queue.Empty:
            if end.is_set():
                return
            continue
        except (EOFError, OSError):
            return
        if tell is not None:
            tell(each)


@contextmanager
def _without_main() -> Iterator[None]:
    """New processes import this package only, not the script or notebook that began the run."""
    main = sys.modules["__main__"]
    kept = {name: vars(main)[name] for name in ("__file__", "__spec__") if name in vars(main)}
    with contextlib.suppress(AttributeError):
        del main.__file__
    main.__spec__ = None
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)


def run_on_cluster(
    jobs: Iterable[Job], take: Take, *, address: str, tell: Tell | None = None, stop: Stop | None = None
) -> None:
    """Run the jobs on a running Dask cluster at ``address``; they travel there whole and come back whole.

    Raises:
        InputError: Dask is not installed, or no cluster answers.
    """
    try:
        import distributed
    except ImportError as error:
        raise InputError([Problem(Severity.ERROR, "cluster_missing", address, value=address)]) from error
    try:
        client: Any = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        values = {"reason": " ".join(reason.split())[:200]}
        raise InputError([Problem(Severity.ERROR, "cluster_silent", address, value=address, values=values)]) from error
    try:
        waiting = iter(jobs)
        running: dict[Any, Job] = {}
        while True:
            most = 2 * max(1, sum(client.nthreads().values()))
            while len(running) < most and not (stop is not None and stop.is_set()):
                job = next(waiting, None)
                if job is None:
                    break
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # a district is some megabytes: it travels once
                    future = client.submit(run_job, job, pure=False)
                running[future] = job
                if tell is not None:
                    tell({"id": job.id, "started": True})
            if stop is not None and stop.is_set():
                client.cancel(list(running))
                return
            if not running:
                return
            threading.Event().wait(0.1)
            for future in [each for each in running if each.done()]:
                job = running.pop(future)
                if future.status == "finished":
                    take(job, future.result())
                else:
                    failed = future.exception() if future.status == "error" else None
                    what = str(future.status) if failed is None else f"{type(failed).__name__}: {failed}"
                    take(job, Done({**head(job), **crashed(" ".join(what.split())[:300]).record}))
    finally:
        client.close()
