"""Suites read from YAML: every fault at once, each with its file and line."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from copilot.conversation import Frozen
from evals.cases import Case
from evals.errors import BadSuite

_MAX_BYTES = 20_000_000
HOME = Path(__file__).parent / "suites"


class Suite(Frozen):
    """Cases in the order of their files."""

    cases: tuple[Case, ...]

    @property
    def hash(self) -> str:
        """The SHA-256 of the hashes of its cases, by id."""
        lines = sorted(f"{case.id} {case.hash}" for case in self.cases)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def only(
        self, *, split: str = "", lang: str = "", tags: Iterable[str] = (), ids: Iterable[str] = ()
    ) -> "Suite":
        """Return the cases of a split, a language, with one of these tags, or with these ids."""
        tagged, named = set(tags), set(ids)
        kept = tuple(
            case
            for case in self.cases
            if split in ("", case.split)
            and lang in ("", case.lang)
            and (not tagged or tagged & set(case.tags))
            and (not named or case.id in named)
        )
        return Suite(cases=kept)


class _Placed(NamedTuple):
    value: Any
    line: int


class _Loader(yaml.SafeLoader):
    """YAML with anchors, as plain data; dates stay text, so that a case says the same everywhere."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_suite(paths: Iterable[Path] = (HOME,)) -> Suite:
    """Read cases from files and folders of YAML.

    A file holds a list of cases, or `defaults` for all of them beside `cases`.

    Raises:
        BadSuite: any fault in any file; all are listed.
    """
    faults: list[str] = []
    cases: list[Case] = []
    first_place: dict[str, str] = {}
    families: dict[str, str] = {}
    for path in _files(paths, faults):
        for raw in _raw_cases(path, faults):
            case = _case(raw, path, faults)
            if case is None:
                continue
            place = f"{path.name}:{raw.line}"
            if case.id in first_place:
                faults.append(f"{place}: id {case.id!r} stands already at {first_place[case.id]}")
                continue
            if families.setdefault(case.family, case.split) != case.split:
                faults.append(f"{place}: family {case.family!r} is in both splits")
            first_place[case.id] = place
            cases.append(case)
    if not cases and not faults:
        faults.append("no cases: give files or folders with *.yaml")
    if faults:
        raise BadSuite(tuple(faults))
    return Suite(cases=tuple(cases))


def _files(paths: Iterable[Path], faults: list[str]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.yaml"))
        elif path.is_file():
            found.append(path)
        else:
            faults.append(f"{path}: there is no such file or folder")
    return found


def _raw_cases(path: Path, faults: list[str]) -> list[_Placed]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            faults.append(f"{path.name}: larger than {_MAX_BYTES // 1_000_000} MB")
            return []
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except UnicodeDecodeError as error:
        faults.append(f"{path.name}: not UTF-8 ({error.reason} at byte {error.start})")
        return []
    except (OSError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        faults.append(f"{path.name}{line}: not YAML: {getattr(error, 'problem', None) or error}")
        return []
    defaults, items = _parts(node)
    if items is None:
        faults.append(f"{path.name}:1: neither a list of cases nor a mapping with `cases`")
        return []
    return [_Placed(_merged(defaults, _plain(item)), item.start_mark.line + 1) for item in items]


def _parts(node: Any) -> tuple[Any, list[Any] | None]:
    if isinstance(node, yaml.SequenceNode):
        return {}, node.value
    if not isinstance(node, yaml.MappingNode):
        return {}, None
    named = {key.value: value for key, value in node.value}
    cases = named.get("cases")
    if not isinstance(cases, yaml.SequenceNode) or set(named) - {
        "cases",
        "defaults",
        "schema_version",
    }:
        return {}, None
    return (_plain(named["defaults"]) if "defaults" in named else {}), cases.value


def _plain(node: Any) -> Any:
    loader = _Loader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _merged(defaults: Any, item: Any) -> Any:
    return {**defaults, **item} if isinstance(defaults, dict) and isinstance(item, dict) else item


def _case(raw: _Placed, path: Path, faults: list[str]) -> Case | None:
    place = f"{path.name}:{raw.line}"
    if not isinstance(raw.value, dict):
        faults.append(f"{place}: a case is a mapping, not {type(raw.value).__name__}")
        return None
    name = raw.value.get("id", "?")
    try:
        return Case.model_validate(raw.value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            where = ".".join(str(part) for part in one["loc"]) or "case"
            faults.append(f"{place}: {name}: {where}: {one['msg']}")
        return None


def as_lines(suite: Suite) -> str:
    """Return a suite as JSON lines, one case a line."""
    return "".join(
        json.dumps(case.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n"
        for case in suite.cases
    )
