"""Options of a wrong form, all of them told at once.

``click`` ends at the first. Where it does, these commands look at the whole line again, so that nobody mends
one option only to be told of the next.
"""

from collections.abc import Iterator, Sequence

import click
from click.core import iter_params_for_processing


class WrongForm(click.UsageError):
    """Several mistakes of one command line, a line each; exit code 2."""

    def __init__(self, mistakes: Sequence[click.UsageError], context: click.Context) -> None:
        super().__init__("\nError: ".join(one.format_message() for one in mistakes), context)


class AtOnce(click.Command):
    """A command that tells every option and argument of a wrong form."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as first:
            mistakes = list(_mistakes(self, ctx, given))
            if len(mistakes) < 2:
                raise
            raise WrongForm(mistakes, ctx) from first


class Group(click.Group):
    """A group of such commands."""

    command_class = AtOnce


def _mistakes(command: click.Command, context: click.Context, given: list[str]) -> Iterator[click.UsageError]:
    """What is wrong with a command line. Where an option is unknown nobody knows which word was its value, so nothing is said of arguments."""
    left, unreadable = list(given), set[str]()
    fresh = click.Context(command, info_name=context.info_name, parent=context.parent)
    while True:
        try:
            values, rest, order = command.make_parser(fresh).parse_args(list(left))
            break
        except (click.NoSuchOption, click.BadOptionUsage) as error:
            unreadable.add(error.option_name)
            yield error
            place = _place(error.option_name, left)
            if place is None:
                return
            del left[place]
    for one in iter_params_for_processing(order, command.get_params(fresh)):
        if one.is_eager or unreadable.intersection(one.opts) or (unreadable and isinstance(one, click.Argument)):
            continue
        try:
            one.handle_parse_result(fresh, values, rest)
        except click.UsageError as error:
            yield error
    if rest and not unreadable:
        yield click.UsageError(f"Got unexpected extra argument{'s' * (len(rest) > 1)} ({' '.join(rest)})")


def _place(name: str, given: Sequence[str]) -> int | None:
    """Where an option stands; None where it is one of a cluster of short ones."""
    return next((k for k, word in enumerate(given) if word == name or word.startswith(f"{name}=")), None)
