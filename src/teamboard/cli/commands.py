"""The table of commands: where each is and its summary, so that listing them imports none of them.

Commands are nouns with verbs; the everyday ones are short. Earlier names remain as hidden aliases.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from teamboard.cli.once import refuse_repeated

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "acknowledge": (
        "teamboard.cli.revisions:acknowledge_either",
        "Acknowledge a revision of a goal, or a feedback.",
    ),
    "admin": (
        "teamboard.cli.admin:admin",
        "Boards on PostgreSQL: the tables, and who may do what. docs/postgresql.md describes the steps.",
    ),
    "agree": (
        "teamboard.cli.revisions:agree",
        "Agree to a proposal such as V7, or to that for a goal such as G12: it applies from today.",
    ),
    "align": ("teamboard.cli.alignment:align", "Show who carries which team goal, or align GOAL to other ones."),
    "archive": (
        "teamboard.cli.board_file.archive:archive",
        "Archive the finished records of closed periods, and their history, in a file beside the board.",
    ),
    "ask": (
        "teamboard.cli.feedback:ask",
        "Ask MEMBER, or a round of members, for feedback; TEXT - reads standard input.",
    ),
    "backup": ("teamboard.cli.board_file.doctor:backup", "Back up the board as it is now, to a file beside it."),
    "calendar": (
        "teamboard.cli.elsewhere.calendar_feed:calendar",
        "Print one-on-ones, reviews and goals' due days as iCalendar.",
    ),
    "career": (
        "teamboard.cli.skills:career",
        "Show MEMBER's career aspiration and next step, or change them.",
    ),
    "checkin": (
        "teamboard.cli.check_ins:checkin",
        "Say where GOAL stands, a VALUE such as 812000, 812k, +4, -4 or done.",
    ),
    "config": ("teamboard.cli.personal.settings:config", "Show the settings, or change one."),
    "completion": ("teamboard.cli.personal.completion:completion", "Print the completion script for SHELL."),
    "copy": (
        "teamboard.cli.board_file.copy:copy",
        "Copy the board at SOURCE to TARGET, which must not exist: records, history, numbers and revisions.",
    ),
    "decline": (
        "teamboard.cli.revisions:decline_either",
        "Decline a proposal such as V7, or a request for feedback such as F31, with a word on why.",
    ),
    "board": (
        "teamboard.cli.board_file.commands:board",
        "The board's file: back up, restore, repair, archive, merge, copy.",
    ),
    "demo": ("teamboard.cli.start.init:demo", "Try a sample team; your own files are not changed."),
    "doctor": (
        "teamboard.cli.board_file.doctor:doctor",
        "Check the board's file: structure, history against records, permissions, leftover files.",
    ),
    "due": (
        "teamboard.cli.due:due",
        "List what is due: check-ins, feedback, one-on-ones, reviews and agreed actions, most overdue first.",
    ),
    "facts": ("teamboard.cli.facts:facts", "Numbers from outside: CRM exports, call recorders, surveys."),
    "feedback": ("teamboard.cli.feedback:feedback", "Give a member feedback, or answer and close what was given."),
    "goal": ("teamboard.cli.goals:goal", "List the goals, add one, or change one."),
    "goals": ("teamboard.cli.goals:goals", "List the goals with their ids."),
    "inbox": (
        "teamboard.cli.feedback:inbox",
        "List what waits for you: to answer, to do, to know; and what you have asked.",
    ),
    "init": ("teamboard.cli.start.init:init", "Create a new board; an existing file is never replaced."),
    "key": (
        "teamboard.cli.personal.keys:key",
        "Your key, which encrypts what only you, or the two of a review, may read.",
    ),
    "log": ("teamboard.cli.history:log", "List what happened, newest first."),
    "member": (
        "teamboard.cli.members:member",
        "List the members, add, change and rename them, put down who is away, leaves or returns.",
    ),
    "members": ("teamboard.cli.members:members", "List the members."),
    "merge": (
        "teamboard.cli.board_file.merge:merge",
        "Merge FILE, a copy of the board such as a file synchroniser's conflicting copy, into the board.",
    ),
    "one-on-one": (
        "teamboard.cli.one_on_ones:one_on_one",
        "Show or write MEMBER's one-on-one with their manager; yours, if you name nobody.",
    ),
    "period": ("teamboard.cli.periods:period", "The period: its result, and the next one."),
    "pulse": (
        "teamboard.cli.pulse:pulse",
        "Show the team's pulse: feedback by week, who gives to whom, cadence, and how useful talks were.",
    ),
    "reopen": ("teamboard.cli.feedback:reopen", "Open a feedback or a request again."),
    "reply": ("teamboard.cli.feedback:reply", "Reply to a feedback, or answer a request; TEXT - reads standard input."),
    "resolve": ("teamboard.cli.feedback:resolve", "Close a feedback that has been dealt with."),
    "restore": (
        "teamboard.cli.board_file.doctor:restore",
        "Restore the backup NAME (see `backup --list`) or the newest; the present file is kept.",
    ),
    "review": (
        "teamboard.cli.reviews:review",
        "The reviews of a member with their manager: prepared by both, held side by side, signed.",
    ),
    "revision": ("teamboard.cli.revisions:revision", "Propose a revision of a goal, or answer one."),
    "revise": (
        "teamboard.cli.revisions:revise",
        "Revise GOAL: a member's goal is proposed to the other of the two, a team goal's owner decides.",
    ),
    "serve": ("teamboard.cli.elsewhere.serve:serve", "Serve the board to browsers, each live, until Ctrl+C."),
    "show": ("teamboard.cli.show:show", "Print the board, a member or a goal."),
    "skill": (
        "teamboard.cli.skills:skill",
        "List MEMBER's skills and how they have grown; with a NAME, add or change one.",
    ),
    "snapshot": (
        "teamboard.cli.elsewhere.snapshot:snapshot",
        "Write a picture of a screen, or a chart for a slide; no terminal is needed.",
    ),
    "standup": (
        "teamboard.cli.standup:standup",
        "Hold the standup on this screen: space moves on, w ends it with a round-up that is kept.",
    ),
    "team": ("teamboard.cli.team:team", "Print the team's settings, or change them."),
    "themes": ("teamboard.cli.personal.themes:themes", "List the themes, yours among them."),
    "tour": (
        "teamboard.cli.start.tour:tour",
        "Learn the keys on a sample team, in two minutes; your own files are not changed.",
    ),
    "undo": ("teamboard.cli.history:undo", "Undo your own last change; refused if others have built on it."),
    "version": ("teamboard.cli.version:version", "Print the version."),
    "withdraw": ("teamboard.cli.revisions:withdraw", "Withdraw your own revision before it applies."),
}
"""Each command: where it is, as `module:name`, and the first sentence of its help."""


GROUPS = {
    "every day": ("checkin", "feedback", "inbox", "due", "show", "standup", "review", "revise", "log", "undo"),
    "feedback and talks": ("ask", "one-on-one", "pulse"),
    "goals": ("goal", "revision", "align", "period"),
    "reviews": ("skill", "career", "key"),
    "the team": ("member", "team", "facts", "calendar"),
    "the board's file": ("init", "demo", "tour", "board", "admin"),
    "elsewhere": ("serve", "snapshot", "config", "themes", "completion", "version"),
}
"""The commands that `--help` lists, by subject; all others are hidden aliases."""


def load(place: str) -> Any:
    """Import and return the object at `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


class SuggestingGroup(click.Group):
    """A group that suggests a command where one is mistyped."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            self.fail_mistyped(ctx, args[0])
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and not ctx.resilient_parsing:
            refuse_repeated(click.Context(command, info_name=name, parent=ctx), rest)
        return name, command, rest

    def fail_mistyped(self, ctx: click.Context, word: str) -> NoReturn:
        """Raise UsageError for an unknown command, suggesting the closest one."""
        # Late: only a mistyped command needs it.
        from difflib import get_close_matches

        close = get_close_matches(word, self.names(ctx), n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        ctx.fail(f"There is no command {word!r}.{hint}")

    def names(self, ctx: click.Context) -> list[str]:
        """The names that a mistyped one is compared with."""
        return self.list_commands(ctx)


class Commands(SuggestingGroup):
    """A group that imports a command only when it is used: neither for `--help` nor for completing its name."""

    _listing = False

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            refuse_repeated(ctx, args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in GROUPS.values() for name in names]

    def names(self, ctx: click.Context) -> list[str]:
        """The names that a mistyped one is compared with, the aliases among them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        place, summary = COMMANDS[cmd_name]
        if self._listing:
            return click.Command(cmd_name, help=summary)
        command = load(place)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in groups, each with its summary."""
        widest = max(map(len, self.list_commands(ctx)))
        limit = formatter.width - 6 - widest
        for heading, names in GROUPS.items():
            rows = [(name, click.Command(name, help=COMMANDS[name][1]).get_short_help_str(limit)) for name in names]
            with formatter.section(heading[:1].upper() + heading[1:]):
                formatter.write_dl(rows, col_max=widest)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # Completing a name needs the summaries alone.
        self._listing = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self._listing = False
