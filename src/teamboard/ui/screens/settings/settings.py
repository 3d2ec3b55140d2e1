"""The settings: theme, big, calm, plain letters, notifications, who you are, own keys."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Checkbox, Label, Select

from teamboard.actions.base import Action
from teamboard.domain.errors import Refused
from teamboard.domain.handles import display_name
from teamboard.domain.sanitize import one_line
from teamboard.personal.settings import TELLS, Settings, Tell
from teamboard.personal.themes import load_themes
from teamboard.ui.keymap import checked_keys, keys_from, keys_text
from teamboard.ui.screens.form import FormScreen
from teamboard.ui.widgets.checkboxes import Tick

TELL_WORDS: dict[Tell, str] = {
    "quietly": "quietly, in the terminal's title",
    "bell": "with a bell",
    "desktop": "with a note on the desktop",
}
SWITCHES = {
    "big": "Big: fewer lines, to be read from afar",
    "calm": "Calm: nothing glows, slides or fades",
    "ascii": "Plain letters, for a terminal without other signs",
}


class SettingsScreen(FormScreen):
    """The user's settings; they apply at once and are saved for this user only."""

    AUTO_FOCUS = "#theme"
    heading = "Settings"

    def fields(self) -> ComposeResult:
        """One field for each setting."""
        now = self._now
        members = [(display_name(self.board_app.board, m), m.handle) for m in self.board_app.shown.members]
        yield from self._choice("theme", "colours", self._themes(), now.theme)
        for name, words in SWITCHES.items():
            yield Tick(words, value=getattr(now, name), id=name, compact=True, classes="switch")
        yield from self._choice("tell", "tell me", [(TELL_WORDS[t], t) for t in TELLS], now.tell)
        yield from self._choice("member", "you", [("as my login says", ""), *members], now.member)
        yield from self.field("keys", "your keys", "check-in=c, filter=ctrl+f", keys_text(now.keys))

    def _choice(self, name: str, label: str, options: list[tuple[str, str]], value: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label(label)
            known = [v for _, v in options]
            # A saved value that is no longer among the options is kept as one.
            more = [] if value in known else [(one_line(value), value)]
            yield Select[str]([*options, *more], value=value, allow_blank=False, id=name, compact=True)

    def _themes(self) -> list[tuple[str, str]]:
        themes = self.board_app.appearance.themes or load_themes()[0]
        return [(f"{one_line(t.name)}: {one_line(t.about)}", t.name) for t in themes.values()]

    @property
    def _now(self) -> Settings:
        return self.board_app.appearance.settings

    def _typed_settings(self) -> Settings:
        """The settings that were typed. Raises Refused if a key is not valid."""
        keys = checked_keys(keys_from(self.text("keys")), self._now.keys)
        switches = {name: self.query_one(f"#{name}", Checkbox).value for name in SWITCHES}
        chosen = {name: cast("str", self.query_one(f"#{name}", Select).value) for name in ("theme", "tell", "member")}
        return replace(self._now, **switches, **chosen, keys=keys)

    def action(self) -> Action:
        """Not used: settings are not part of the board."""
        raise NotImplementedError

    async def action_save(self) -> None:
        """Apply and save the settings."""
        app = self.board_app
        try:
            settings = self._typed_settings()
        except Refused as refusal:
            self.say(str(refusal))
            return
        other = settings.member != self._now.member
        error = app.appearance.choose(settings)
        self.dismiss(True)
        if error:
            app.say(error, "warning")
        else:
            app.say("Saved." + (" The member you act as changes at the next start." if other else ""))
