"""Several people at once, valid calls mixed with hostile ones, and everything that must hold meanwhile.

Usage: python3 Tests/Peers/fuzz --rovierr .build/debug/rovierr [--minutes 10] [--seed TODAY] [--only WORKER.STORY]
The variables SEED and FUZZ_MINUTES say the same. docs/testing.md tells how to read what it prints.
"""
import argparse
import datetime
import json
import os
import sys
import threading
import time
import urllib.request

from description import Description
from episode import Worker
from report import Report
from system import RESIDENT_LIMIT, System, Watch
from world import Marks

CALM = 250  # calls of a calm user without anything else, to compare with
REST = 20  # seconds within which memory must be back
GROWTH = 96  # MiB that a daemon may keep more than at the start: caches have been filled, and the allocator gives back late
LATE_SHARE = 0.001  # of all calls that may be answered 504 because the machine is busy
LEAST_SHARE = 0.8  # of valid calls that are accepted; below it, what is tested is the refusals


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rovierr", default=".build/debug/rovierr")
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("FUZZ_MINUTES", 10)))
    parser.add_argument("--seed", default=os.environ.get("SEED") or datetime.date.today().isoformat())
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--only", help="one story, such as 3.0, as a failure names it")
    parser.add_argument("--keep", action="store_true", help="leave the system's folder with its logs")
    return parser.parse_args()


def main():
    given = arguments()
    print(f"seed {given.seed}, {given.minutes:g} minutes", flush=True)
    system = System(os.path.abspath(given.rovierr), given.keep)
    try:
        passed = fuzz(system, given)
    finally:
        system.end()
    sys.exit(0 if passed else 1)


def fuzz(system, given):
    with urllib.request.urlopen(f"http://127.0.0.1:{system.port}/api/v1/openapi.json") as reply:
        description = Description(json.load(reply))
    report, marks = Report(), Marks()
    report.on_failure = tell_at_once
    watch = Watch(system, os.path.dirname(os.path.abspath(__file__)))
    if not watch.wait(lambda: len(watch.calls) >= CALM, 120):
        raise SystemExit(f"A calm user made only {len(watch.calls)} calls in two minutes.")
    calm_until, before = time.time(), system.resident()
    begun = time.monotonic()
    deadline = begun + given.minutes * 60
    root = system.demo["accounts"]["platformAdmin"]
    numbers = [(int(given.only.split(".")[0]), int(given.only.split(".")[1]))] if given.only else [(n, None) for n in range(given.workers)]
    workers = [Worker(n, given.seed, system.port, description, report, marks, root, deadline, only) for n, only in numbers]
    end = threading.Timer(given.minutes * 60, report.over.set)
    end.daemon = True
    end.start()
    for worker in workers:
        worker.start()
    look(system, report, workers, begun)
    busy_until, took = time.time(), time.monotonic() - begun
    watch.wait(lambda: not kept(before, system.resident()), REST)
    after = system.resident()
    conclude(system, report, before, after)
    lines, faults = watch.judge(watch.end(), calm_until, busy_until)
    for what, detail in faults:
        report.fail("others", "calm user", what, detail, lambda: [])
    return tell(system, given, description, report, lines, before, after, took)


def tell_at_once(key, found):
    detail, story = found["examples"][-1]
    print("\n".join([f"✘ {': '.join(key)}", f"    {detail}", *(f"    {line[:2000]}" for line in story)]), flush=True)


def look(system, report, workers, begun):
    """Watches processes and memory until all workers are done."""
    told = changed = None
    while alive := [worker for worker in workers if worker.is_alive()]:
        alive[0].join(1)
        for name, size in system.resident().items():
            if size > RESIDENT_LIMIT:
                report.fail("memory", name, f"over {RESIDENT_LIMIT} MiB", f"{size} MiB", lambda: [])
        gone = system.changed()
        if gone and gone != changed:
            changed = gone
            latest = [line for worker in workers for line in latest_of(worker)]
            report.fail("crash", ",".join(gone), "is another process now", f"after {time.monotonic() - begun:.0f} s", lambda: latest)
            system.pids.update(system.present_pids())
        minute = int((time.monotonic() - begun) / 30)
        if minute != told:
            told = minute
            share, _, _ = report.share()
            print(f"{time.monotonic() - begun:6.0f} s: {report.counts['calls']} calls, {share:.1%} of the valid ones accepted, {len(report.failures)} kinds of failures", flush=True)


def latest_of(worker, most=4):
    history = list(worker.caller.history) if hasattr(worker, "caller") else []
    return [request.curl() for request in history[-most:]]


def kept(before, after):
    """The daemons that have not given back their memory."""
    return [name for name, size in after.items() if size > before.get(name, 0) + GROWTH]


def conclude(system, report, before, after):
    for name in kept(before, after):
        report.fail("memory", name, "is not given back", f"{before.get(name)} MiB before, {after[name]} MiB {REST} s after", lambda: [])
    for line in system.supervisor_says():
        if not line.startswith("healthy"):  # which only ends what was said before
            report.fail("crash", "supervisor", line.split(" · ")[0][:120], line, lambda: [])


def tell(system, given, description, report, lines, before, after, took):
    share, accepted, meant = report.share()
    print("\n".join(report.coverage(description.operations)))
    print("What a calm user felt:")
    print("\n".join(lines))
    print("Memory in MiB, before, most, after a rest: " + ", ".join(f"{n} {before[n]} {system.most[n]} {after.get(n)}" for n in sorted(before)))
    print("Beside: " + ", ".join(f"{name} {count}" for name, count in sorted(report.counts.items()) if name != "calls"))
    complaints = system.complaints()
    for text, count in sorted(complaints.items(), key=lambda item: -item[1])[:30]:
        print(f"  logged {count} times: {text[:260]}")
    print("Valid calls that were refused most:")
    refused = [(n, id, text) for id, counter in report.refusals.items() for text, n in counter.items()]
    for count, id, text in sorted(refused, reverse=True)[:15]:
        print(f"  {count} × {id}: {text[:200]}")
    unreached = report.unreached(description.operations)
    for id, reason in unreached:
        print(f"never called with success: {id}: {reason}")
    late = report.counts["overload: 504"]
    if late > max(3, report.counts["calls"] * LATE_SHARE):
        report.fail("others", "all", "too many calls are answered 504", f"{late} of {report.counts['calls']}", lambda: [])
    if share < LEAST_SHARE:
        report.fail("fuzzer", "generator", f"under {LEAST_SHARE:.0%} of the valid calls are accepted", f"{accepted} of {meant}", lambda: [])
    print("\n".join(report.story()))
    print("In short:" if report.failures else "No failures.")
    for key, found in report.failures.items():
        print(f"✘ {': '.join(key)} ({found['count']} times)")
    print(
        f"{len(description.operations) - len(unreached)} of {len(description.operations)} operations reached, {report.counts['calls']} calls, "
        f"{report.counts['calls'] / max(took, 1):.0f} a second, {share:.1%} of {meant} valid ones accepted"
    )
    failed = len(report.failures)
    print(f"Fuzzing with seed {given.seed} " + ("passed." if not failed else f"found {failed} kinds of failures."), flush=True)
    return not failed


threading.stack_size(16 * 1024 * 1024)
main()
