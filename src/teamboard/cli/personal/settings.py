"""`teamboard config`: the settings, one file for this user."""

from __future__ import annotations

import click

from teamboard.cli.shared.screens import check_keys
from teamboard.domain.errors import Refused, describe_os_error
from teamboard.personal.paths import settings_path
from teamboard.personal.settings import (
    DESCRIPTIONS,
    KEYS,
    Settings,
    change_setting,
    load_settings,
    save_settings,
    setting_text,
)
from teamboard.personal.themes import load_themes


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in DESCRIPTIONS if name.startswith(incomplete)]


@click.command()
@click.argument("name", required=False, shell_complete=_complete)
@click.argument("value", required=False)
def config(name: str | None, value: str | None) -> None:
    """Show the settings, or change one.

    \b
    teamboard config                     all of them, and where they are kept
    teamboard config theme paper         one of them from now on
    teamboard config keys.check-in c     a key of your own; "" takes it back
    """
    settings = load_settings()
    if name is None:
        _show_all(settings)
    elif value is None:
        click.echo(_one(settings, name))
    else:
        changed = change_setting(settings, name, value)
        _check(changed, name)
        try:
            save_settings(changed)
        except OSError as error:
            raise Refused(f"{settings_path()} can't be written: {describe_os_error(error)}.") from error
        click.echo(f"{name}: {_one(changed, name) or 'as it comes'}")


def _show_all(settings: Settings) -> None:
    for name, about in DESCRIPTIONS.items():
        shown = (
            ", ".join(f"{k}={v}" for k, v in settings.keys.items()) if name == "keys" else setting_text(settings, name)
        )
        click.echo(f"{name:<8} {shown or '—':<12} {about}")
    click.echo(f"\nKept in {settings_path()}; docs/settings.md describes it.")


def _one(settings: Settings, name: str) -> str:
    if name.startswith(KEYS):
        return settings.keys.get(name.removeprefix(KEYS), "")
    if name not in DESCRIPTIONS or name == "keys":
        raise Refused(f"There is no setting {name!r}; there are {', '.join(DESCRIPTIONS)}.<what it does>.")
    return setting_text(settings, name)


def _check(settings: Settings, name: str) -> None:
    """Refused for a theme that there is not, or a key that does something else."""
    if name == "theme":
        found, _ = load_themes()
        if settings.theme not in found:
            raise Refused(f"There is no theme {settings.theme!r}; there are {', '.join(found)}.")
    elif name.startswith(KEYS):
        given = name.removeprefix(KEYS)
        check_keys(settings.keys, {other: key for other, key in settings.keys.items() if other != given})
