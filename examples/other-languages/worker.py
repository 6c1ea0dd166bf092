"""Runs the jobs `count-words`, one at a time, until SIGTERM."""
import os, signal, socket, sys, threading, time, uuid
from jobs import call

LEASE_MS = int(os.environ.get("LEASE_MS", 30_000))
HOLDER = f"python:{uuid.uuid4()}"


def now():
    return int(time.time() * 1000)


def count_words(payload, cancelled):
    """Counts words; `seconds` makes it take long. A handler looks at `cancelled` now and then."""
    if cancelled.wait(payload.get("seconds", 0)):
        raise InterruptedError("cancelled")
    return {"words": len(payload["text"].split())}


def end_of(job, run, cancelled):
    """Runs a handler, and says how it ended."""
    started = now()
    try:
        return {"type": "complete", "result": run(job.get("payload"), cancelled)}
    except Exception as thrown:
        error = {"name": type(thrown).__name__, "message": str(thrown)}
    attempt = job["attemptsMade"] + 1
    failure = {"attempt": attempt, "startedAt": started, "failedAt": now(), "error": error}
    end = {"error": error, "failures": [*job.get("failures", []), failure][-10:]}
    if cancelled.is_set():
        return {"type": "cancel", "attemptUsed": True, **end}
    if attempt < job["maxAttempts"]:
        return {"type": "retry", "runAt": 0, "delayMs": 1000 * 2**attempt, **end}
    return {"type": "fail", "attemptUsed": True, **end}


def work(job):
    """Runs a job in a thread, and extends its lease meanwhile. Returns what to tell the server."""
    lease = {"id": job["id"], "fencingToken": job["fencingToken"]}
    cancelled, ended = threading.Event(), []
    run = lambda: ended.append({"lease": lease, "outcome": end_of(job, count_words, cancelled)})
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.join(LEASE_MS / 3000) or thread.is_alive():
        answer = call("leases/extend", {"holder": HOLDER, "leases": [lease], "leaseMs": LEASE_MS})
        if answer["lost"] or answer["cancelled"]:
            cancelled.set()  # what is told of a job that another worker got since is refused
    return ended


def main():
    worker = {"id": HOLDER, "host": socket.gethostname(), "pid": os.getpid(), "concurrency": 1}
    worker.update(jobs={"count-words": 1}, startedAt=now())
    state = {"waits": False, "stops": False}

    def stop(*_):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one ends it at once
        state["stops"] = True
        if state["waits"]:
            sys.exit()

    signal.signal(signal.SIGTERM, stop)
    sequence, ended = 0, []
    try:
        while ended or not state["stops"]:
            state["waits"] = not ended
            if not ended and not call("leases/wait", {"worker": worker, "waitMs": 25_000})["ready"]:
                continue
            state["waits"] = False
            sequence += 1  # a call that is repeated has the same number, and the same answer
            limit = 0 if state["stops"] else 1
            asked = {"holder": HOLDER, "sequence": sequence, "ended": ended, "limit": limit, "leaseMs": LEASE_MS}
            ended = [end for job in call("leases/exchange", asked)["jobs"] for end in work(job)]
    finally:
        call("leases/leave", {"holder": HOLDER})


main()
