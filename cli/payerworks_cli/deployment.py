"""A deployment of the service: where its API is, and how to get a token for it."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from payerworks_cli.program import program


@dataclass(frozen=True)
class Deployment:
    """A deployment as the command calls it.

    `password` is that of the first administrator of a stack on this machine, who logs in for every command. Elsewhere
    people log in once (`payerworks login`), and the command has their `token`.
    """

    api_url: str
    email: str = ""
    password: SecretStr | None = None
    token: SecretStr | None = None
    expires_at: datetime.datetime | None = None
    """Until when the token is valid, if that is known."""
    profile: str = ""
    """The name of the login whose token it is; a new one is stored there."""
    client_id: SecretStr | None = None
    """Makes this device known to the account (header X-Client-Id)."""
    log_in: str = ""
    """What to do when there is no valid token."""
    make: str = ""
    """The make command of a stack on this machine, to be followed by a target."""
    options: str = ""
    """The options of the command that named this deployment, for the commands that a message suggests."""
    variables: str = ""
    """The same for a variable that named it: it may have been set for that one command only."""

    def command(self, text: str) -> str:
        """A command of payerworks on this deployment."""
        return f"{self.variables}{program()} {text}{self.options}"

    def logs(self, text: str = "") -> str:
        """Where the functions' log lines are, or those with this text."""
        if self.make:
            return f"`{self.make} logs FIND={text}`" if text else f"`{self.make} logs`"
        return f"the functions' log lines with {text}" if text else "the functions' log lines"

    @property
    def if_silent(self) -> str:
        """What to do when nothing answers."""
        return f"`{self.make} up` starts the stack" if self.make else "check the address and the network"

    @property
    def if_broken_off(self) -> str:
        """What to ask when an answer breaks off."""
        return "is the stack still up?" if self.make else "try again."


def is_on_this_machine(url: str | None) -> bool:
    """Whether a URL names this machine, which no proxy reaches."""
    host = urlsplit(url or "").hostname or ""
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
