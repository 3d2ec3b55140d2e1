"""Folders of small YAML files, one thing a file: those that come with teamboard, and a user's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from platformdirs import user_config_path

from teamboard.importers.yaml_text import Document, InWords, YamlError, converted
from teamboard.resources import folder


class Named(Protocol):
    """What such a file holds: it has a name, by which it is found."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


class YamlFolder(Generic[N]):
    """All files of a folder that are of one form; a user's own come last and win."""

    def __init__(self, name: str, form: type[N], in_words: InWords | None = None) -> None:
        self.name = name
        self._form = form
        self._in_words = in_words

    def own(self) -> Path:
        """The folder for a user's own files."""
        return user_config_path("teamboard") / self.name

    def folders(self) -> list[Path]:
        """The folders that are read, those that are there."""
        return [place for place in (folder(self.name), self.own()) if place.is_dir()]

    def read(self, path: Path) -> N:
        """What a file holds. Raises YamlError with file, line and field."""
        document = Document()
        document.add(path)
        return converted(document, self._form, path.name, self._in_words)

    def load(self) -> tuple[dict[str, N], list[str]]:
        """All that there is by name, and what is wrong with the files that can't be read."""
        found: dict[str, N] = {}
        broken: list[str] = []
        for path in self._files():
            try:
                read = self.read(path)
            except YamlError as error:
                broken.append(str(error).rstrip("."))
            else:
                found[read.name] = read
        return found, broken

    def find(self, name: str) -> N | None:
        """One of them, without reading the others where its file is called like it; or None."""
        for place in reversed(self.folders()):
            path = place / f"{name}.yaml"
            if "/" not in name and path.is_file():
                try:
                    read = self.read(path)
                except YamlError:
                    continue
                if read.name == name:
                    return read
        return self.load()[0].get(name)

    def _files(self) -> Iterator[Path]:
        for place in self.folders():
            yield from sorted(p for p in place.iterdir() if p.suffix in (".yaml", ".yml"))
