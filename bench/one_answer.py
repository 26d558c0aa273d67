"""Run a handler once on an event and print the CPU seconds from process start to the answer."""

import importlib
import json
import pathlib
import sys
import time

module, _, name = sys.argv[1].rpartition(".")
answer = getattr(importlib.import_module(module), name)(json.loads(pathlib.Path(sys.argv[2]).read_text()), None)
seconds = time.process_time()
status = answer.get("statusCode", 200) if isinstance(answer, dict) else 200
print(json.dumps({"seconds": seconds, "status": status}), file=sys.stderr)
