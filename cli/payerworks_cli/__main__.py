"""`python -m payerworks_cli`: the command `payerworks`."""

import os
import sys


def main() -> None:
    """Run a command; a reader that closes the pipe, such as `head`, ends it without a word."""
    try:
        from payerworks_cli.command_line import app  # Ctrl-C while it is imported is no traceback either

        try:
            app(prog_name="payerworks")
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        print("Error: Interrupted.", file=sys.stderr)
        sys.exit(130)


main()
