"""Start, stop and kill a stack's servers, and deploy the template to them."""

import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil

from localstack import endpoints, sam_local
from localstack.deploy import deploy
from localstack.files import last_lines, locked, read_json
from localstack.layout import Layout
from localstack.problem import StackProblem
from localstack.processes import Process
from localstack.servers import KEYS, TITLES, Server, make_server
from localstack.watch import Watch

START_SECONDS = 90
# MiniStack saves all its data when it stops.
STOP_SECONDS = 120
# MiniStack does not save table streams, so functions get this long to read the remaining records before it stops.
DRAIN_SECONDS = 2
LEAST_MEMORY = 2 * 1024**3


class Stack:
    """The stack with this name ("" is the default stack). Its state is in files: calls may come from many processes."""

    def __init__(self, name: str = "", say: Callable[[str], None] = print) -> None:
        self.layout = Layout(name)
        self.say = say

    def up(self) -> dict[str, Any]:
        """Start the servers that are down, deploy any changes, and return the outputs."""
        with locked(self.layout.lock):
            if "aws" in self.running():
                endpoints.require_asked_port(read_json(self.layout.folder / "ports.json")["aws"], self.layout.make)
            started = self._start(KEYS)
            deployed = deploy(self.layout, endpoints.stack_endpoints(self.layout), self.say)
        if not started and not deployed:
            self.say("All servers are running, and the deployment is up to date.")
        return self.outputs()

    def deploy(self) -> None:
        """Deploy any changes; raises StackProblem unless all servers are running."""
        with locked(self.layout.lock):
            deploy(self.layout, self._running_endpoints(), self.say)

    def invoke(self, operation: str, event: str) -> bool:
        """Call a function in a container, by `sam local`; whether that worked. Deploys any changes before."""
        self.deploy()
        return sam_local.invoke(self.layout, self._running_endpoints(), operation, event)

    def start_api(self, port: int) -> bool:
        """Serve the API from containers, by `sam local`, until Ctrl-C. Deploys any changes before."""
        self.deploy()
        return sam_local.start_api(self.layout, self._running_endpoints(), port)

    def down(self) -> None:
        """Stop the servers and keep their data."""
        with locked(self.layout.lock):
            if not self._stop(KEYS):
                self.say("Nothing was running.")

    def clean(self) -> None:
        """Kill the servers, without time to save their data, and delete all files of the stack."""
        self.kill(*KEYS)
        if not self.layout.folder.exists():
            self.say(f"There is no {self.layout.folder.name}/ to delete.")
            return
        shutil.rmtree(self.layout.folder, ignore_errors=True)
        self.say(f"Deleted {self.layout.folder.name}/.")

    def start(self, *keys: str) -> None:
        """Start the servers that are down, on the same ports as before if those are free."""
        with locked(self.layout.lock):
            self._start(keys)

    def stop(self, *keys: str) -> None:
        """Stop servers cleanly."""
        with locked(self.layout.lock):
            self._stop(keys)

    def kill(self, *keys: str) -> None:
        """Kill servers at once, as a crash would."""
        with locked(self.layout.lock):
            for key in keys:
                self.process(key).kill()

    def running(self) -> set[str]:
        """The keys of the running servers, except external ones."""
        return {key for key in KEYS if self.process(key).running()}

    def process(self, key: str) -> Process:
        return Process(self.layout.folder / "run" / f"{key}.json")

    def outputs(self) -> dict[str, Any]:
        """The contents of outputs.json; empty before the first deployment."""
        return read_json(self.layout.folder / "outputs.json")

    def watch(self) -> None:
        """Deploy any changes, then bring functions up to date whenever a file changes, until Ctrl-C."""
        self.deploy()
        Watch(self.layout, self._running_endpoints()["aws"], self.deploy, self.say).run()

    def _running_endpoints(self) -> dict[str, endpoints.Endpoint]:
        missing = [TITLES[key] for key in KEYS if not endpoints.external_endpoint(key) and key not in self.running()]
        if missing:
            raise StackProblem(f"Not running: {', '.join(missing)}. Start the stack with `{self.layout.make} up`.")
        return endpoints.stack_endpoints(self.layout)

    def _start(self, keys: Iterable[str]) -> bool:
        running = self.running()
        missing = [key for key in keys if key not in running and not endpoints.external_endpoint(key)]
        if not missing:
            return False
        require_memory()
        ports = endpoints.choose(self.layout, missing, running)
        with ThreadPoolExecutor(len(missing)) as pool:
            list(pool.map(lambda key: self._start_one(make_server(key, self.layout, ports[key])), missing))
        return True

    def _start_one(self, server: Server) -> None:
        process = self.process(server.key)
        began = time.monotonic()
        process.start(server.command, server.environment, self.layout.log(server.key))
        while not server.is_ready(server.port):
            waited = time.monotonic() - began
            if process.running() is None or waited > START_SECONDS:
                process.kill()
                raise self._not_started(server, waited)
            time.sleep(0.1)
        url = endpoints.local_endpoint(server.key, server.port).url
        self.say(f"  {server.title:<10} ready in {time.monotonic() - began:4.1f} s  {url}")

    def _not_started(self, server: Server, waited: float) -> StackProblem:
        log = self.layout.log(server.key)
        failure = "was not ready" if waited > START_SECONDS else "ended"
        return StackProblem(f"{server.title} {failure} after {waited:.0f} s. The end of {log}:\n{last_lines(log, 15)}")

    def _stop(self, keys: Iterable[str]) -> bool:
        running = [key for key in keys if key in self.running()]
        if running:
            with ThreadPoolExecutor(len(running)) as pool:
                list(pool.map(self._stop_one, running))
        return bool(running)

    def _stop_one(self, key: str) -> None:
        if key == "aws":
            time.sleep(DRAIN_SECONDS)
        if self.process(key).stop(STOP_SECONDS):
            self.say(f"  {TITLES[key]:<10} stopped")
        else:
            self.say(f"  {TITLES[key]:<10} did not stop in {STOP_SECONDS} s and was killed; unsaved data is lost")


def require_memory() -> None:
    """Raise StackProblem unless LEAST_MEMORY bytes are available."""
    available = psutil.virtual_memory().available
    if available < LEAST_MEMORY:
        raise StackProblem(
            f"Only {available / 1024**3:.1f} GB of memory is available, but the stack needs 2 GB: close some programs."
        )
