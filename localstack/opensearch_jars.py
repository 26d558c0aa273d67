"""Download the jars of OpenSearch and verify their SHA-256 sums; runs on the Python of .tools/opensearch.

python -m localstack.opensearch_jars FOLDER          download the jars that FOLDER lacks
python -m localstack.opensearch_jars FOLDER --lock   resolve COORDINATES again and write opensearch.sha256
"""

import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SUMS = Path(__file__).with_name("opensearch.sha256")

# The trailing "!" pins each version: without it, a bill of materials downgrades netty and jackson.
COORDINATES = (
    "org.opensearch:opensearch:2.19.3!",
    "org.opensearch.plugin:transport-netty4-client:2.19.3!",
    "org.opensearch.plugin:parent-join-client:2.19.3!",
    "org.apache.logging.log4j:log4j-core:2.21.0!",
)


def locked() -> dict[str, str]:
    """Path of each jar in a Maven repository → its SHA-256 sum in hex."""
    lines = (line.split() for line in SUMS.read_text().splitlines() if line)
    return {path: digest for digest, path in lines}


def jar_paths(folder: Path) -> list[Path]:
    """The paths of all locked jars under `folder`."""
    return [folder / path for path in locked()]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch_jar(folder: Path, path: str) -> Path:
    """Download one jar if it is missing; `path` is group/as/folders/artifact/version/artifact-version.jar."""
    from jgo.maven import MavenContext  # takes half a second, which the start of the node should not pay

    *group, artifact, version, _ = path.split("/")
    context = MavenContext(repo_cache=folder, timeout=60)
    jar: Path = context.project(".".join(group), artifact).at_version(version).artifact().resolve()
    return jar


def fetch(folder: Path) -> None:
    """Download every jar that is missing or has a wrong SHA-256 sum; exit if a download has a wrong sum."""
    missing = {
        path: digest
        for path, digest in locked().items()
        if not ((folder / path).is_file() and sha256(folder / path) == digest)
    }
    for path in missing:
        (folder / path).unlink(missing_ok=True)
    with ThreadPoolExecutor(8) as pool:
        jars = dict(zip(missing, pool.map(lambda path: fetch_jar(folder, path), missing), strict=True))
    for path, jar in jars.items():
        if sha256(jar) != missing[path]:
            jar.unlink()
            sys.exit(f"The SHA-256 sum of {path} is not the one in {SUMS.name}: run this again, or run `make lock`.")


def lock(folder: Path) -> None:
    """Resolve the coordinates and write the SHA-256 sums of their jars."""
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
        sys.exit(f"OpenSearch could not be downloaded ({type(error).__name__}): check the network and run this again.")
