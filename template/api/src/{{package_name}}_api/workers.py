"""Several processes that share a port and nothing else: each has a core and a model of its own."""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable

METRICS = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client adds up over processes
YOUNG = 10.0  # seconds: who ends by itself before has not come to serve
PAUSE = 1.0


def supervise(count: int, serve: Callable[[], int]) -> int:
    """Run `serve` in so many processes until a signal ends them; whoever dies is replaced.

    Args:
        count: how many processes.
        serve: what each does. It gives an exit code; one that is not 0, soon after the start, ends
            all.
    """
    with tempfile.TemporaryDirectory(prefix="model-api-") as folder:
        os.environ[METRICS] = folder
        ending, code = _Workers(serve).run(count)
    if ending:
        signal.signal(ending, signal.SIG_DFL)
        os.kill(os.getpid(), ending)
    return code


class _Workers:
    """The processes that run, and when each was started."""

    def __init__(self, serve: Callable[[], int]) -> None:
        self._serve, self._ending = serve, 0
        self._began: dict[int, float] = {}
        self._alive = os.pipe()  # closed by the end of this process, whatever ends it

    def run(self, count: int) -> tuple[int, int]:
        """Keep so many running; give the signal that ended them, or the code of one that failed."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: self._end(number))
        for _ in range(count):
            self._start()
        while self._began:
            process, status = os.wait()
            lived = time.monotonic() - self._began.pop(process)
            code = os.waitstatus_to_exitcode(status)
            if code > 0 and lived < YOUNG and not self._ending:
                self._end(signal.SIGTERM)
                while self._began:
                    self._began.pop(os.wait()[0])
                return 0, code
            if not self._ending:
                time.sleep(PAUSE)
                self._start()
        return self._ending, 0

    def _end(self, number: int) -> None:
        self._ending = number
        for process in list(self._began):
            os.kill(process, number)

    def _start(self) -> None:
        if self._ending:
            return
        process = os.fork()
        if process == 0:
            self._work()
        self._began[process] = time.monotonic()
        if self._ending:
            os.kill(process, self._ending)

    def _work(self) -> None:
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.close(self._alive[1])
            threading.Thread(target=self._follow, daemon=True).start()
            code = self._serve()
        except KeyboardInterrupt:
            code = 130
        finally:
            os._exit(code)

    def _follow(self) -> None:
        """End with the process that started this one."""
        os.read(self._alive[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)
