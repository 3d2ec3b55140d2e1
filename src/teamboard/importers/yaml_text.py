"""Plain values with places, from YAML or elsewhere: the file and line of each, so that an error can name them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import yaml

from teamboard.domain.errors import Refused, describe_os_error

LARGEST_BYTES = 20_000_000
DEEPEST = 20
F = TypeVar("F")
InWords = Callable[[str, str], str]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlError(Refused):
    """A YAML file that can't be used; the message says file, line and what is wrong."""


class Place(NamedTuple):
    """Where a value stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class Document:
    """Plain values from one or more YAML files, and where each came from."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._places: dict[str, Place] = {}

    def add(self, path: Path) -> None:
        """Take in a file, a mapping at its top; a list that more than one file has goes on. Raises YamlError."""
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise YamlError(f"{path}: larger than {LARGEST_BYTES // 1_000_000} MB.")
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise YamlError(f"{path}: not written in UTF-8.") from None
        except OSError as error:
            raise YamlError(f"{path}: {describe_os_error(error).lower()}.") from error
        node = _compose(path, text)
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            raise YamlError(f"{path}, line 1: expected keys such as 'team:' at the top.")
        shown = path.name
        for key, value in self._pairs(node, shown):
            begun = self.values.get(key)
            if isinstance(begun, list) and isinstance(value, yaml.SequenceNode):
                for i, item in enumerate(value.value, start=len(begun)):
                    begun.append(self._plain(item, shown, f"$.{key}[{i}]"))
                continue
            if key in self.values:
                raise YamlError(f"{path.name}, line {_line(value)}: {key!r} is there already.")
            self.values[key] = self._plain(value, shown, f"$.{key}")

    def put(self, key: str, value: Any, place: Place) -> None:
        """Take in a value that stands elsewhere than in YAML."""
        self.values[key] = value
        self._places[f"$.{key}"] = place

    def append(self, key: str, item: Any, place: Place) -> None:
        """Take in an item of a list that stands elsewhere than in YAML."""
        items = self.values.setdefault(key, [])
        self._places[f"$.{key}[{len(items)}]"] = place
        items.append(item)

    def place(self, path: str) -> Place | None:
        """The place of a path such as `$.goals[3].due`, or of the nearest one above it."""
        while path and path not in self._places:
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return self._places.get(path)

    def _pairs(self, node: yaml.MappingNode, file: str) -> list[tuple[str, yaml.Node]]:
        seen: set[str] = set()
        pairs = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError(f"{file}, line {_line(key)}: a key is a word.")
            if key.value in seen:
                raise YamlError(f"{file}, line {_line(key)}: {key.value!r} is there twice.")
            seen.add(key.value)
            pairs.append((key.value, value))
        return pairs

    def _plain(self, node: yaml.Node, file: str, path: str) -> Any:
        self._places[path] = Place(file, _line(node))
        if isinstance(node, yaml.MappingNode):
            return {k: self._plain(v, file, f"{path}.{k}") for k, v in self._pairs(node, file)}
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(v, file, f"{path}[{i}]") for i, v in enumerate(node.value)]
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError):
            raise YamlError(f"{file}, line {_line(node)}: {node.value!r} is no value.") from None


def converted(document: Document, form: type[F], file: str, in_words: InWords | None = None) -> F:
    """What a document holds, as a form. Raises YamlError with file, line and field.

    `in_words` may put an error of a field into better words, given the field.
    """
    try:
        return msgspec.convert(document.values, form)
    except msgspec.ValidationError as error:
        what, where = split_error(str(error))
        field = where.removeprefix("$").lstrip(".")
        place = document.place(where) or file
        what = in_words(what, field) if in_words else what
        raise YamlError(f"{place}{f', field {field}' if field else ''}: {what[:1].lower()}{what[1:]}.") from error


def _compose(path: Path, text: str) -> yaml.Node | None:
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise YamlError(f"{path.name}, line {line}: references (*{event.anchor}) are not used here.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise YamlError(f"{path.name}, line {line}: nested too deeply.")
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(f"{path.name}, line {line}: {error.problem or 'not YAML'}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(f"{path.name}: not YAML.") from error
    return node


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def split_error(message: str) -> tuple[str, str]:
    """msgspec's message in two: what is wrong, and the path where."""
    what, _, where = message.partition(" - at `")
    return what.replace("`", "'"), where.rstrip("`")
