"""Small YAML files: one, or folders with one item in each file, those shipped with teamboard and the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, Protocol, TypeVar

from teamboard.domain.errors import Refused
from teamboard.personal.paths import own_files_folder
from teamboard.resources import resource_folder


class Named(Protocol):
    """The content of such a file: it has a name."""

    @property
    def name(self) -> str: ...


F = TypeVar("F")
N = TypeVar("N", bound=Named)


def read_yaml(path: Path, form: type[F]) -> F:
    """Read a YAML file as a `form`. Raises YamlError, which is a Refused, with file, line and field."""
    yaml_text = _yaml_text()
    document = yaml_text.Document()
    document.add(path)
    found: F = yaml_text.convert_document(document, form, path.name)
    return found


def dump_setting(name: str, value: Any) -> str:
    """`name: value` as YAML, without a line end."""
    text: str = _yaml_text().yaml.safe_dump({name: value}, allow_unicode=True)
    return text.rstrip()


def _yaml_text() -> ModuleType:
    # Late: it takes 9 ms, and a board without settings or themes of the user's own is painted without it.
    from teamboard.importers import yaml_text

    return yaml_text


class YamlFolder(Generic[N]):
    """The YAML files called `name` (`themes`, `agendas`), shipped and the user's own, converted to `form`.

    A file of the user's own replaces a shipped one of the same name.
    """

    def __init__(self, name: str, form: type[N]) -> None:
        self.name = name
        self._form = form

    def user_folder(self) -> Path:
        """The folder for the user's own files; it may not exist."""
        return own_files_folder(self.name)

    def folders(self) -> list[Path]:
        """The existing folders, shipped files first, the user's own last."""
        return [folder_path for folder_path in (resource_folder(self.name), self.user_folder()) if folder_path.is_dir()]

    def read(self, path: Path) -> N:
        """Read one file; raises as `read_yaml`."""
        return read_yaml(path, self._form)

    def load(self) -> tuple[dict[str, N], list[str]]:
        """All items by name, and one error message for each file that can't be read."""
        items: dict[str, N] = {}
        errors: list[str] = []
        for path in self._files():
            try:
                item = self.read(path)
            except Refused as error:
                errors.append(str(error).rstrip("."))
            else:
                items[item.name] = item
        return items, errors

    def find(self, name: str) -> N | None:
        """The item of that name, or None. If its file has its name, no other file is read."""
        for folder_path in reversed(self.folders()):
            path = folder_path / f"{name}.yaml"
            if "/" not in name and os.path.isfile(path):
                try:
                    item = self.read(path)
                except Refused:
                    continue
                if item.name == name:
                    return item
        return self.load()[0].get(name)

    def _files(self) -> Iterator[Path]:
        """All YAML files, shipped ones first, by name in each folder."""
        for folder_path in self.folders():
            yield from sorted(path for path in folder_path.iterdir() if path.suffix in (".yaml", ".yml"))
