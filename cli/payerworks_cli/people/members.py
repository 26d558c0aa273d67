"""Options for the members of what commands create and change."""

import functools
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Literal, get_type_hints

import typer
from typer.models import OptionInfo

from payerworks_cli.errors import ApiProblem, BadOption

Members = dict[str, Any]
"""Members that a command was given, by their names in the API; None for one to be taken away."""
YesNo = Literal["yes", "no"]
"""The type of an option for a member that is true or false: a flag could not be left out."""
Command = Callable[..., None]
Clear = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Take a member away, named as its option; as often as needed."),
]


def with_members(members: type, required: Collection[str] = ()) -> Callable[[Command], Command]:
    """A command with an option for each annotation of a class in the place of its parameter `members`.

    The command gets those that are given.
    """
    truths = {name for name, hint in _hints(members).items() if hint.__origin__ == YesNo | None}
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if name in required else None,
            annotation=hint,
        )
        for name, hint in _hints(members).items()
    ]

    def decorate(command: Command) -> Command:
        def with_options(**given: Any) -> None:
            values = {option.name: given.pop(option.name) for option in options}
            values |= {name: is_yes(values[name]) for name in truths}
            command(members={name: value for name, value in values.items() if value is not None}, **given)

        functools.update_wrapper(with_options, command)
        signature = inspect.signature(command)
        others = [parameter for parameter in signature.parameters.values() if parameter.name != "members"]
        first = [parameter for parameter in others if parameter.kind is not inspect.Parameter.KEYWORD_ONLY]
        parameters = [*first, *options, *others[len(first) :]]
        with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return with_options

    return decorate


def is_yes(answer: YesNo | None) -> bool | None:
    """Whether an option says yes; None if it was not given."""
    return answer and answer == "yes"


def changes_of(members: type, given: Members, clear: Sequence[str] | None) -> Members:
    """The members that a command changes, None for those to be taken away. Raises BadOption, also if there are none."""
    names = {option.removeprefix("--"): name for name, option in option_names(members).items()}
    cleared: Members = {}
    for word in clear or ():
        name = names.get(word.removeprefix("--").replace("_", "-"))
        if name is None:
            raise BadOption(f"--clear {word} names no member: it takes {', '.join(names)}.")
        if name in given:
            raise BadOption(f"{word} is given and taken away at once.")
        cleared[name] = None
    if not given and not cleared:
        raise BadOption("Nothing was named to be changed; --help lists what can be.")
    return given | cleared


def option_names(members: type) -> dict[str, str]:
    """The option of each member, such as `--type` for `institution_type`."""
    return {name: _option(name, hint) for name, hint in _hints(members).items()}


@contextmanager
def naming_options(members: type) -> Iterator[None]:
    """A refusal of a body within names the options of its faults."""
    names = option_names(members)

    def place(pointer: str) -> str:
        return next((names[part] for part in reversed(pointer.split("/")) if part in names), pointer)

    try:
        yield
    except ApiProblem as problem:
        raise problem.of_options(place) from None


def _hints(members: type) -> Mapping[str, Any]:
    return get_type_hints(members, include_extras=True)


def _option(name: str, hint: Any) -> str:
    info = next(each for each in hint.__metadata__ if isinstance(each, OptionInfo))
    # In Annotated, the first name of an option is where its default would be otherwise.
    declared = info.default if isinstance(info.default, str) else f"--{name.replace('_', '-')}"
    return declared.partition("/")[0]
