"""What a run found, counted by kind."""
import collections
import threading

EXAMPLES = 2


class Report:
    def __init__(self):
        self.lock = threading.Lock()
        self.failures = collections.OrderedDict()
        self.statuses = collections.defaultdict(collections.Counter)
        self.refusals = collections.defaultdict(collections.Counter)
        self.valid = collections.defaultdict(lambda: [0, 0])
        self.planless = collections.defaultdict(collections.Counter)
        self.counts = collections.Counter()
        self.on_failure = None
        self.over = threading.Event()  # ends every pause that a reply asked for

    def fail(self, check, operation, what, detail, story):
        """Notes a failure; `what` tells kinds apart, `detail` may differ each time."""
        key = (check, operation, what)
        with self.lock:
            found = self.failures.setdefault(key, {"count": 0, "examples": []})
            found["count"] += 1
            is_new = len(found["examples"]) < EXAMPLES
            if is_new:
                found["examples"].append((detail, story()))
        if found["count"] == 1 and self.on_failure:
            self.on_failure(key, found)

    def called(self, operation, status):
        with self.lock:
            self.statuses[operation][status] += 1
            self.counts["calls"] += 1

    def judged(self, operation, reply):
        with self.lock:
            self.valid[operation][1] += 1
            if reply.is_success or reply.status == 304:
                self.valid[operation][0] += 1
            else:
                self.refusals[operation][str(reply)[:300]] += 1

    def count(self, name, by=1):
        with self.lock:
            self.counts[name] += by

    def share(self):
        accepted = sum(good for good, _ in self.valid.values())
        meant = sum(all for _, all in self.valid.values())
        return accepted / max(meant, 1), accepted, meant

    def coverage(self, operations):
        lines = [f"{'operation':44} {'calls':>8} {'2xx':>8} {'4xx':>8} {'5xx':>6}   valid ones accepted"]
        for operation in sorted(operations, key=lambda o: o.id):
            by = self.statuses[operation.id]
            groups = [sum(n for status, n in by.items() if status // 100 == c) for c in (2, 4, 5)]
            good, all = self.valid[operation.id]
            lines.append(
                f"{operation.id:44} {sum(by.values()):8} {groups[0]:8} {groups[1]:8} {groups[2]:6}   "
                + (f"{good} of {all}" if all else "–")
            )
        return lines

    def unreached(self, operations):
        """Operations that never succeeded, with what stood in the way."""
        lines = []
        for operation in operations:
            if any(200 <= status < 300 for status in self.statuses[operation.id]):
                continue
            if self.refusals[operation.id]:
                reason = "refused: " + self.refusals[operation.id].most_common(1)[0][0]
            elif self.planless[operation.id]:
                reason = self.planless[operation.id].most_common(1)[0][0]
            else:
                reason = "its turn never came"
            lines.append((operation.id, reason))
        return lines

    def story(self):
        for (check, operation, what), found in self.failures.items():
            yield f"✘ {check}: {operation}: {what} ({found['count']} times)"
            for detail, lines in found["examples"]:
                yield f"    {detail}"
                yield from (f"      {line}" for line in lines)
