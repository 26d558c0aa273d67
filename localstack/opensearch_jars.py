"""Fetch the jars of OpenSearch, each verified by its SHA-256 sum; run by .tools/opensearch's Python.

python -m localstack.opensearch_jars FOLDER          fetch what FOLDER lacks
python -m localstack.opensearch_jars FOLDER --lock   resolve COORDINATES anew and write opensearch.sha256
"""

import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SUMS = Path(__file__).with_name("opensearch.sha256")

# The trailing "!" keeps each version as it is: without it a bill of materials downgrades netty and jackson.
COORDINATES = (
    "org.opensearch:opensearch:2.19.3!",
    "org.opensearch.plugin:transport-netty4-client:2.19.3!",
    "org.opensearch.plugin:parent-join-client:2.19.3!",
    "org.apache.logging.log4j:log4j-core:2.21.0!",
)


def locked() -> dict[str, str]:
    """Path of each jar in a Maven repository, and its SHA-256 sum."""
    lines = (line.split() for line in SUMS.read_text().splitlines() if line)
    return {path: digest for digest, path in lines}


def jar_paths(folder: Path) -> list[Path]:
    return [folder / path for path in locked()]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch_jar(folder: Path, path: str) -> Path:
    """Download one jar unless it is there; `path` is group/as/folders/artifact/version/artifact-version.jar."""
    from jgo.maven import MavenContext  # half a second that a start of the node can do without

    *group, artifact, version, _ = path.split("/")
    context = MavenContext(repo_cache=folder, timeout=60)
    jar: Path = context.project(".".join(group), artifact).at_version(version).artifact().resolve()
    return jar


def fetch(folder: Path) -> None:
    """Bring `folder` to what the sums say; a jar with another sum (a broken download) is fetched once more."""
    wanted = {
        path: digest
        for path, digest in locked().items()
        if not ((folder / path).is_file() and sha256(folder / path) == digest)
    }
    for path in wanted:
        (folder / path).unlink(missing_ok=True)
    with ThreadPoolExecutor(8) as pool:
        jars = dict(zip(wanted, pool.map(lambda path: fetch_jar(folder, path), wanted), strict=True))
    for path, jar in jars.items():
        if sha256(jar) != wanted[path]:
            jar.unlink()
            sys.exit(f"{path} does not have the SHA-256 sum of {SUMS.name}; run the command again, or `make lock`.")


def lock(folder: Path) -> None:
    """Write the sums of what the coordinates need today."""
    import jgo

    artifacts = jgo.resolve("+".join(COORDINATES))
    paths = sorted((artifact.component.path_prefix / artifact.filename).as_posix() for artifact in artifacts)
    SUMS.write_text("".join(f"{sha256(fetch_jar(folder, path))}  {path}\n" for path in paths))


if __name__ == "__main__":
    import requests

    target = Path(sys.argv[1])
    try:
        lock(target) if "--lock" in sys.argv else fetch(target)
    except requests.RequestException as error:
        sys.exit(f"OpenSearch cannot be fetched ({type(error).__name__}): check the network and run this again.")
