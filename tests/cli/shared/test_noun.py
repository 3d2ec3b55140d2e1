"""Commands are nouns with verbs; what they were called before still works, and is not listed."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from teamboard.cli.commands import COMMANDS, GROUPS
from teamboard.cli.main import teamboard
from teamboard.domain.input_parsing import RESERVED_HANDLES
from tests.conftest import Run

ALIASES = {
    "acknowledge": "revision acknowledge",
    "agree": "revision agree",
    "archive": "board archive",
    "backup": "board backup",
    "copy": "board copy",
    "decline": "revision decline",
    "doctor": "board doctor",
    "goals": "goal list",
    "members": "member list",
    "merge": "board merge",
    "reopen": "feedback reopen",
    "reply": "feedback reply",
    "resolve": "feedback resolve",
    "restore": "board restore",
    "withdraw": "revision withdraw",
}


@pytest.fixture
def demo(run: Run) -> Run:
    """The command line on the sample team, in the folder of the test."""
    assert run("demo", "--board", "team.board.json").returncode == 0
    return run


def test_what_is_not_listed_is_an_alias() -> None:
    assert set(COMMANDS) - {name for names in GROUPS.values() for name in names} == set(ALIASES)


@pytest.mark.parametrize(("alias", "command"), ALIASES.items(), ids=str)
def test_an_alias_is_what_it_stands_for(demo: Run, alias: str, command: str) -> None:
    """Both take the same arguments and options; one that changes nothing also prints the same."""
    assert options(demo(alias, "--help").stdout) == options(demo(*command.split(), "--help").stdout)
    if alias in ("goals", "members", "doctor"):
        assert demo(alias).stdout == demo(*command.split()).stdout != ""


def options(text: str) -> str:
    return text.partition("Options:")[2]


def test_the_help_is_in_groups_and_leaves_the_aliases_out(run: Run) -> None:
    lines = run("--help").stdout.splitlines()
    for heading in GROUPS:
        assert f"{heading[:1].upper()}{heading[1:]}:" in lines
    listed = {
        line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ") and line.strip()
    }
    assert {name for names in GROUPS.values() for name in names} <= listed
    assert not listed & set(ALIASES)


@pytest.mark.parametrize(
    ("mistyped", "hint"),
    [
        (["chekin", "G12", "+1"], "There is no command 'chekin'. Did you mean checkin?"),
        (["board", "backp"], "There is no command 'backp'. Did you mean backup?"),
        (["revision", "agre", "V7"], "There is no command 'agre'. Did you mean agree?"),
        (["agre", "V7"], "There is no command 'agre'. Did you mean agree?"),
        (["review", "schedul"], "There is no command 'schedul'. Did you mean schedule?"),
        (["feedback", "aknowledge", "F31"], "There is no command 'aknowledge'. Did you mean acknowledge?"),
        (["feedback", "repply", "F31", "Thanks"], "There is no command 'repply'. Did you mean reply?"),
        (["checkin", "G12", "--done"], "See teamboard checkin --help."),
        (["goal", "add", "X", "--weight"], "See teamboard goal add --help."),
        (["qqqqqq"], "There is no command 'qqqqqq'. See"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_a_mistyped_command_gets_a_suggestion(run: Run, mistyped: list[str], hint: str) -> None:
    answer = run(*mistyped)
    assert answer.returncode == 2
    assert hint in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("noun", ["goal", "member", "board", "revision", "review", "key", "period"])
def test_a_noun_alone_lists_its_verbs(run: Run, noun: str) -> None:
    answer = run(noun)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == run(noun, "--help").stdout


@pytest.mark.parametrize("words", [["ana"], ["ana", "Well asked"], ["give"]])
def test_help_is_that_of_the_verb_that_is_meant(run: Run, words: list[str]) -> None:
    answer = run("feedback", *words, "--help")
    assert answer.returncode == 0
    assert "feedback give" in answer.stdout


def test_feedback_is_given_without_its_verb_and_with_it(demo: Run) -> None:
    assert "is there for the team to see" in demo("feedback", "ana", "Well asked", "--as", "ben").stdout
    assert "is there for the team to see" in demo("feedback", "--as", "ben", "ana", "Again").stdout
    assert "is there for the team to see" in demo("feedback", "give", "ana", "Well asked", "--as", "ben").stdout
    assert "has your reply" in demo("feedback", "reply", "F31", "Thanks", "--as", "ana").stdout
    assert "is acknowledged" in demo("feedback", "--as", "ana", "acknowledge", "F31").stdout
    assert "is resolved" in demo("feedback", "resolve", "F31", "--as", "ana").stdout
    assert "is open again" in demo("feedback", "reopen", "F31", "--as", "ana").stdout
    assert "is declined" in demo("feedback", "decline", "F32", "-m", "Not now", "--as", "dana").stdout
    refused = demo("feedback", "ana", "two", "texts", "--as", "ben")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)


def test_a_revision_is_proposed_and_answered(demo: Run) -> None:
    terms = ["--target", "900k", "--reason", "market", "--why", "It shrank"]
    assert "proposed to Mara Lind" in demo("revision", "propose", "G12", *terms, "--as", "ana").stdout
    assert "is declined" in demo("revision", "decline", "V7", "-m", "No", "--as", "mara").stdout


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (["revision", "decline", "F32", "-m", "No"], "There is no revision 'F32'."),
        (["revision", "acknowledge", "F31"], "There is no revision 'F31'."),
        (["revision", "agree", "F31"], "There is no revision 'F31'."),
        (["revision", "withdraw", "G12"], "There is no revision 'G12'."),
        (["revision", "propose", "F31", "--drop", "--reason", "market", "--why", "x"], "There is no goal 'F31'."),
        (["feedback", "acknowledge", "V7"], "There is no feedback 'V7'."),
        (["feedback", "decline", "V7", "-m", "No"], "There is no feedback 'V7'."),
        (["feedback", "reply", "V7", "Thanks"], "There is no feedback 'V7'."),
        (["feedback", "resolve", "R1"], "There is no feedback 'R1'."),
        (["feedback", "reopen", "G12"], "There is no feedback 'G12'."),
        (["review", "sign", "V7"], "There is no review 'V7'."),
        (["review", "hold", "F31"], "There is no review 'F31'."),
        (["review", "export", "G12"], "There is no review 'G12'."),
        (["review", "useful", "F31", "4"], "There is no review 'F31'."),
        (["checkin", "F31", "4"], "There is no goal 'F31'."),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_a_verb_acts_on_records_of_its_noun_only(demo: Run, command: list[str], what: str) -> None:
    refused = demo(*command, "--as", "mara")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1), refused.stdout
    assert what in refused.stderr


def test_the_aliases_decline_and_acknowledge_act_on_feedback_and_revisions(demo: Run) -> None:
    assert "is acknowledged" in demo("acknowledge", "F31", "--as", "ana").stdout
    assert "is declined" in demo("decline", "F32", "-m", "Not now", "--as", "dana").stdout
    terms = ["--target", "900k", "--reason", "market", "--why", "It shrank"]
    assert "V7" in demo("revise", "G12", *terms, "--as", "ana").stdout
    assert "is declined" in demo("decline", "v7", "-m", "No", "--as", "mara").stdout


def test_the_everyday_commands_are_listed_first(run: Run) -> None:
    everyday = run("--help").stdout.partition("Every day:\n")[2].partition("\n\n")[0]
    listed = [line.split()[0] for line in everyday.splitlines()]
    assert listed[:8] == ["checkin", "feedback", "inbox", "due", "show", "standup", "review", "revise"]


def test_a_member_called_like_a_verb_is_reached_by_to(demo: Run, tmp_path: Path) -> None:
    """One who was there before the verbs were reserved; a new one takes another handle."""
    refused = demo("member", "add", "reply", "Rae Ply", "--as", "mara")
    assert refused.returncode == 1
    assert "'reply' is a word of the command line" in refused.stderr
    assert demo("member", "add", "rae", "Rae Ply", "--as", "mara").returncode == 0
    board = tmp_path / "team.board.json"
    board.write_text(board.read_text(encoding="utf-8").replace('"handle":"rae"', '"handle":"reply"'), encoding="utf-8")
    given = demo("feedback", "--to", "reply", "Welcome", "--as", "ben")
    assert "Rae Ply" in given.stdout, given.stderr


@pytest.mark.parametrize("noun", ["feedback", "revision", "goal", "member", "board"])
def test_every_verb_is_reserved(noun: str) -> None:
    context = click.Context(teamboard)
    group = teamboard.get_command(context, noun)
    assert isinstance(group, click.Group)
    assert set(group.list_commands(context)) <= RESERVED_HANDLES


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "completed"),
    [("re", "reply"), ("ma", "mara"), ("--ki", "--kind"), ("ana --ki", "--kind"), ("reply F3", "F31")],
)
def test_verbs_members_and_options_of_feedback_are_completed(demo: Run, typed: str, completed: str) -> None:
    words = f"teamboard feedback {typed}"
    last = str(len(words.split()) - 1)
    assert completed in demo(_TEAMBOARD_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=last).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("handle", "says"),
    [
        ("all", "is a word of the command line"),
        ("me", "is a word of the command line"),
        ("reports-of", "is a word of the command line"),
        ("t1", "looks like the id of a record"),
        ("g5", "looks like the id of a record"),
    ],
)
def test_what_means_something_else_is_no_handle(demo: Run, run: Run, handle: str, says: str) -> None:
    for command in (["add", handle, "Zoe Papas"], ["rename", "ana", handle]):
        refused = demo("member", *command, "--as", "mara")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert f"'{handle}' {says}" in refused.stderr
    own = run("init", "--board", "own.board.json", "--team", "Us", "--name", "Zoe Papas", "--handle", handle)
    assert own.returncode == 1
    assert f"'{handle}' {says}" in own.stderr
