"""Options of a wrong form, all of them told at once.

``click`` ends at the first. Where it does, these commands look at the whole line again, so that nobody mends
one option only to be told of the next.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

import click
from click.core import iter_params_for_processing

PENDING: Final = "campus_twin.wrong_form"


class Whole(click.IntRange):
    """A whole number, called so in messages."""

    name = "whole number"


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


class Looking(AtOnce):
    """A command whose body begins with ``at_once``: values of a wrong form are told there, with what is wrong otherwise.

    Until then an option of a wrong form has its default; nothing may be done before.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            mistakes = list(_mistakes(self, ctx, given))
            wrong = [option for one in mistakes if (option := _whose_value(one)) is not None]
            if not wrong or len(wrong) < len(mistakes):
                raise
            ctx.params.clear()
            rest = super().parse_args(ctx, _without(wrong, given))
            ctx.meta[PENDING] = [one.format_message() for one in mistakes]
            return rest


def pending() -> list[str]:
    """Values of a wrong form of the command that runs, not told yet."""
    context = click.get_current_context(silent=True)
    found: list[str] = [] if context is None else context.meta.get(PENDING, [])
    return found


class Group(click.Group):
    """A group of such commands."""

    command_class = AtOnce

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            near = get_close_matches(args[0], known, 1)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            ctx.fail(f'No such command "{args[0]}"{hint}; expected one of {", ".join(known)}')
        return super().resolve_command(ctx, args)


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


def _whose_value(one: click.UsageError) -> click.Option | None:
    """The option whose value has a wrong form; None: something else is wrong."""
    if not isinstance(one, click.BadParameter) or isinstance(one, click.MissingParameter):
        return None
    return one.param if isinstance(one.param, click.Option) else None


def _without(options: Sequence[click.Option], given: Sequence[str]) -> list[str]:
    """A command line without some options and their values."""
    names = {name for one in options for name in one.opts}
    left: list[str] = []
    skip = False
    for word in given:
        if skip:
            skip = False
        elif word in names:
            skip = True
        elif not any(word.startswith(f"{name}=" if name.startswith("--") else name) for name in names):
            left.append(word)
    return left


def _place(name: str, given: Sequence[str]) -> int | None:
    """Where an option stands; None where it is one of a cluster of short ones."""
    return next((k for k, word in enumerate(given) if word == name or word.startswith(f"{name}=")), None)
