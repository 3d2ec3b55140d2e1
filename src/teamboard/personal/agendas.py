"""Agenda templates for one-on-ones, as YAML files: those shipped with teamboard, and the user's own."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from teamboard.actions.one_on_ones import NewTopic
from teamboard.domain.errors import NotFound
from teamboard.domain.records import Theme
from teamboard.domain.records.patterns import pattern
from teamboard.personal.yaml_files import YamlFolder

Name = Annotated[str, pattern(r"^[a-z0-9][a-z0-9-]{0,30}$", "a short name in small letters")]


class AgendaTopic(Struct, frozen=True, forbid_unknown_fields=True):
    """A topic and the theme it belongs to."""

    theme: Theme
    text: str


class AgendaFile(Struct, frozen=True, forbid_unknown_fields=True):
    """An agenda template: its name, what it is for, and its topics."""

    name: Name
    about: str
    topics: Annotated[tuple[AgendaTopic, ...], Meta(min_length=1, max_length=40)]


AGENDAS = YamlFolder("agendas", AgendaFile)


def agenda_topics(name: str) -> tuple[NewTopic, ...]:
    """The topics of a template. Raises NotFound, listing the names, if there is no readable one of that name."""
    agenda = AGENDAS.find(name.strip().casefold())
    if agenda is None:
        agendas, errors = AGENDAS.load()
        error = f" {errors[0]}." if errors else ""
        raise NotFound(f"There is no agenda {name!r}; choose one of {', '.join(agendas)}.{error}")
    return tuple(NewTopic(theme=t.theme, text=t.text) for t in agenda.topics)
