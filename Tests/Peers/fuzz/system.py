"""The system under test: started here, watched from outside."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

# One address and few accounts make all calls, so no budget may stop them.
BUDGETS = {
    f"RATE_{who}_{what}": "1000000/60"
    for who in ("USER", "ADDRESS", "API_KEY") for what in ("READ", "WRITE", "AUTH", "UPLOAD", "REALTIME")
}
RESIDENT_LIMIT = 256  # MiB, as in Compose


class System:
    """A private instance on a free port, in a folder of its own that goes with it."""

    def __init__(self, program, keeps=False):
        self.keeps = keeps
        self.home = tempfile.mkdtemp(prefix="rovierr-fuzz-")
        self.log = os.path.join(self.home, "supervisor.txt")
        # The instance ends with the pipe that is its standard input, however this process ends.
        self.process = subprocess.Popen(
            [program, "dev", "up", "--home", self.home, "--port", "0", "--seed", "--attached"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | BUDGETS,
        )
        self.started = threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()
        try:
            demo = os.path.join(self.home, "demo.json")
            if not self.started.wait(120) or not os.path.exists(demo):
                raise SystemExit(f"The system did not start:\n{open(self.log).read()}")
            self.demo = json.load(open(demo))
        except BaseException:
            self.end()
            raise
        self.port = int(self.demo["baseUrl"].rsplit(":", 1)[1])
        self.pids = self.present_pids()
        self.most = {name: 0 for name in self.pids}

    def listen(self):
        """Keeps what the supervisor says; it is healthy once the demo's data are there, or has ended."""
        with open(self.log, "w") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                if line.startswith("healthy"):
                    self.started.set()
        self.started.set()

    def present_pids(self):
        pids = {}
        for path in glob.glob(os.path.join(self.home, "run", "*.pid")):
            with open(path) as file:
                pids[os.path.basename(path).removesuffix(".pid")] = file.readline().strip()
        return pids

    def resident(self):
        """MiB of each daemon."""
        found = {}
        for name, pid in self.pids.items():
            try:
                with open(f"/proc/{pid}/status") as file:
                    found[name] = int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) // 1024
            except (OSError, TypeError):
                continue  # `changed` tells of it
        for name, size in found.items():
            self.most[name] = max(self.most[name], size)
        return found

    def changed(self):
        """Daemons that are no longer the process that they were."""
        present = self.present_pids()
        return sorted(name for name, pid in self.pids.items() if present.get(name) != pid or not os.path.exists(f"/proc/{pid}"))

    def complaints(self):
        """What daemons logged as errors, and what the supervisor said after the start; counted, without ids and numbers."""
        counts = {}
        for path in glob.glob(os.path.join(self.home, "log", "*.log")):
            name = os.path.basename(path).removesuffix(".log")
            with open(path, errors="replace") as file:
                for line in file:
                    if '"level":"error"' in line or '"level":"critical"' in line or "Fatal error" in line or "terminate called" in line:
                        try:
                            record = json.loads(line)
                            text = f"{record.get('message')} {record.get('operation', '')} {str(record.get('metadata', {}))[:240]}"
                        except ValueError:
                            text = line[:200]
                        text = re.sub(r"[0-9a-f-]{36}|\d+", "…", text)
                        counts[f"{name}: {text.strip()}"] = counts.get(f"{name}: {text.strip()}", 0) + 1
        return counts

    def supervisor_says(self):
        with open(self.log) as file:
            lines = file.read().splitlines()
        begun = next((i for i, line in enumerate(lines) if line.startswith("healthy")), len(lines) - 1)
        return [line for line in lines[begun + 1:] if line.strip()]

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        if self.keeps:
            print(f"The system's folder is {self.home}")
        else:
            shutil.rmtree(self.home, ignore_errors=True)


class Watch:
    """The calm user, and whether anybody held it up."""

    # A daemon that is held up answers after seconds; a busy machine answers late now and then.
    WINDOW = 10  # seconds
    FLOOR = {"sign-in": 2.0}
    LEAST = 0.4  # seconds: a median below this holds nobody up
    TURNED_AWAY = 0.02  # the share of calls that may be answered 429 or 503
    LONGEST = 8.0  # seconds: hardly any call takes longer

    def __init__(self, system, folder):
        demo = system.demo
        self.calls, self.called = [], threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(folder, "probe.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.process.stdin.write(json.dumps({
            "port": system.port, "account": demo["accounts"]["student"], "form": demo["form"]["id"], "society": demo["society"]["id"],
            "university_code": demo["university"]["code"],
        }) + "\n")
        self.process.stdin.flush()

    def read(self):
        for line in self.process.stdout:
            with self.called:
                self.calls.append(json.loads(line))
                self.called.notify_all()

    def wait(self, condition, seconds):
        """Whether the condition came to hold in time; it is looked at after each call of the calm user."""
        with self.called:
            return self.called.wait_for(condition, seconds)

    def end(self):
        self.process.stdin.close()  # at which it ends
        self.process.wait(30)
        self.reader.join()
        return self.calls

    def judge(self, calls, calm_until, busy_until):
        """Lines for the report, and (what, detail) of each fault."""
        lines, faults = [], []
        quantile = lambda values, share: sorted(values)[min(int(len(values) * share), len(values) - 1)]
        for name in sorted({call[1] for call in calls}):
            own = [call for call in calls if call[1] == name]
            calm = [call[2] for call in own if call[0] < calm_until]
            while_busy = [call for call in own if calm_until <= call[0] < busy_until]
            busy = [(call[0], call[2]) for call in while_busy]
            failed = [call[3] for call in own if call[3] not in (200, 201, 503) and call[3] != 429]
            if failed:
                faults.append((f"{name} answered {failed[0]}", f"{len(failed)} of {len(own)}"))
            turned_away = sum(call[3] in (429, 503) for call in own)
            if turned_away > max(3, len(own) * self.TURNED_AWAY):
                faults.append((f"{name} is turned away", f"{turned_away} of {len(own)}"))
            if not calm or not busy:
                continue
            times = [seconds for _, seconds in busy]
            bound = max(2 * quantile(calm, 0.99), self.FLOOR.get(name, self.LEAST))
            windows = {}
            for begun, seconds in busy:
                windows.setdefault(int((begun - calm_until) / self.WINDOW), []).append(seconds)
            slow = {index for index, window in windows.items() if len(window) >= 3 and quantile(window, 0.5) > bound}
            if any(index + 1 in slow for index in slow):
                faults.append((f"{name} is held up", f"windows {sorted(slow)} of {self.WINDOW} s have medians over {bound:.3f} s"))
            # One alone may be the machine's; what hangs until its deadline has failed above.
            late = [f"{call[2]:.1f} s, {call[3]}" for call in while_busy if call[2] > self.LONGEST]
            if len(late) > max(2, len(busy) // 200):
                faults.append((f"{name} waited over {self.LONGEST:.0f} s", f"{len(late)} of {len(busy)}: {'; '.join(late[:10])}"))
            elif late:
                lines.append(f"    {name} waited over {self.LONGEST:.0f} s: {'; '.join(late)}")
            lines.append(
                f"  {name:16} calm p50 {quantile(calm, 0.5) * 1000:7.1f} p99 {quantile(calm, 0.99) * 1000:7.1f} ms   fuzzing p50 "
                f"{quantile(times, 0.5) * 1000:7.1f} p99 {quantile(times, 0.99) * 1000:7.1f} ms, longest {max(times):.2f} s, {len(times)} calls, "
                f"{turned_away} turned away"
            )
        return lines, faults
