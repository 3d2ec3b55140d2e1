"""Read YAML and remember the file and line of each value, so that an error can name them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import yaml

from teamboard.domain.amounts import is_ambiguous
from teamboard.domain.errors import Refused, os_error_within
from teamboard.domain.records.patterns import in_words
from teamboard.importers.source_file import source_file

MAX_BYTES = 20_000_000
MAX_DEPTH = 20
F = TypeVar("F")


class YamlError(Refused):
    """A YAML file that can't be used; the message says file, line and what is wrong."""


class Place(NamedTuple):
    """The file and line of a value."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class Document:
    """The plain values of one or more YAML files (`values`), and the place of each."""

    def __init__(self, amounts: frozenset[str] = frozenset()) -> None:
        """`amounts` are the names of fields whose numbers stay texts where people read them otherwise than YAML."""
        self._amounts = amounts
        self.values: dict[str, Any] = {}
        self._places: dict[str, Place] = {}

    def add(self, path: Path) -> None:
        """Read a file, which must be a mapping. Lists under the same key in several files are joined.

        Raises YamlError if the file can't be read, is no mapping, or repeats a key that does not hold a list.
        """
        try:
            with source_file(path, MAX_BYTES) as file:
                text = file.read_text(encoding="utf-8-sig")
        except Refused as refusal:
            raise YamlError(str(refusal)) from None
        except UnicodeDecodeError:
            raise YamlError(f"{path.name}: the file is not UTF-8; save it in that encoding.") from None
        except OSError as error:
            raise YamlError(f"{path}: {os_error_within(error)}.") from error
        node = _compose(path, text)
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            raise YamlError(f"{path.name}, line 1: expected keys such as 'team:' at the top.")
        file_name = path.name
        for key, value in self._pairs(node, file_name):
            existing = self.values.get(key)
            if isinstance(existing, list) and isinstance(value, yaml.SequenceNode):
                for i, item in enumerate(value.value, start=len(existing)):
                    existing.append(self._plain_value(item, file_name, f"$.{key}[{i}]"))
                continue
            if key in self.values:
                raise YamlError(f"{path.name}, line {_line(value)}: {key!r} is already in another file.")
            self.values[key] = self._plain_value(value, file_name, f"$.{key}")

    def put(self, key: str, value: Any, place: Place) -> None:
        """Set a value that does not come from YAML, with its place."""
        self.values[key] = value
        self._places[f"$.{key}"] = place

    def append(self, key: str, item: Any, place: Place) -> None:
        """Append an item that does not come from YAML to the list under `key`, with its place."""
        items = self.values.setdefault(key, [])
        self._places[f"$.{key}[{len(items)}]"] = place
        items.append(item)

    def entries(self, key: str) -> Iterator[tuple[Any, Place]]:
        """The items of the list under `key`, each with its place, of a document whose items were all appended."""
        for i, item in enumerate(self.values.get(key, [])):
            yield item, self._places[f"$.{key}[{i}]"]

    def place(self, path: str) -> Place | None:
        """The place of a path such as `$.goals[3].due`, else of its nearest parent; None if neither is known."""
        while path and path not in self._places:
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return self._places.get(path)

    def _pairs(self, node: yaml.MappingNode, file: str) -> list[tuple[str, yaml.Node]]:
        """The keys and value nodes of a mapping. Raises YamlError for a repeated key, or one that is not a scalar."""
        seen: set[str] = set()
        pairs = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError(f"{file}, line {_line(key)}: a key must be a word, not a list or mapping.")
            if key.value in seen:
                raise YamlError(f"{file}, line {_line(key)}: the key {key.value!r} is repeated.")
            seen.add(key.value)
            pairs.append((key.value, value))
        return pairs

    def _plain_value(self, node: yaml.Node, file: str, path: str) -> Any:
        """The plain value of a node; enters the place of every value below `path`."""
        self._places[path] = Place(file, _line(node))
        if isinstance(node, yaml.MappingNode):
            return {k: self._plain_value(v, file, f"{path}.{k}") for k, v in self._pairs(node, file)}
        if isinstance(node, yaml.SequenceNode):
            return [self._plain_value(v, file, f"{path}[{i}]") for i, v in enumerate(node.value)]
        try:
            value = yaml.constructor.SafeConstructor().construct_object(node)
            is_amount = isinstance(value, int | float) and path.rpartition(".")[2] in self._amounts
            return node.value if is_amount and _is_read_otherwise(node.value, value) else value
        except (yaml.YAMLError, ValueError, OverflowError):
            raise YamlError(f"{file}, line {_line(node)}: {node.value!r} is not a valid value.") from None


def convert_document(document: Document, schema: type[F], file: str) -> F:
    """Convert a document to a msgspec type. Raises YamlError with file (or `file`), line and field."""
    try:
        return msgspec.convert(document.values, schema)
    except msgspec.ValidationError as error:
        message, path_in_document = split_error(str(error))
        field = path_in_document.removeprefix("$").lstrip(".")
        place = document.place(path_in_document) or file
        raise YamlError(f"{place}{f', field {field}' if field else ''}: {message[:1].lower()}{message[1:]}.") from error


def _compose(path: Path, text: str) -> yaml.Node | None:
    """Parse YAML into nodes; None for an empty file. Raises YamlError for invalid YAML, references, deep nesting."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                # References could expand a small file to gigabytes.
                raise YamlError(f"{path.name}, line {line}: references (*{event.anchor}) are not allowed.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise YamlError(f"{path.name}, line {line}: nested too deeply.")
        node: yaml.Node | None = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(f"{path.name}, line {line}: {error.problem or 'not YAML'}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(f"{path.name}: not YAML.") from error
    return node


def _is_read_otherwise(text: str, value: float) -> bool:
    """True if people read a number in another way than YAML: `400.000` is 400 there, `017` is 15, `12:30` is 750."""
    if isinstance(value, bool):
        return False
    try:
        return float(text) != value or is_ambiguous(text)
    except ValueError:
        return True


def _line(node: yaml.Node) -> int:
    """The line of a node, counted from 1."""
    line: int = node.start_mark.line
    return line + 1


def split_error(message: str) -> tuple[str, str]:
    """Split a message of msgspec into what is wrong and the path of the value: `$.goals[3].due`."""
    text, _, path = message.partition(" - at `")
    return in_words(text).replace("`", "'"), path.rstrip("`")
