"""What records lack that they need to be found, said or checked."""

from collections.abc import Callable, Iterator

from knowledge.documents import Case, Commitment, Document, Record, Reply, Script, ToneRule
from knowledge.linting.problem import Gravity, Problem, name_of, problem

MIN_EXAMPLES = 3
_Check = tuple[str, Gravity, bool]


def fields(record: Record) -> Iterator[Problem]:
    """Yield the fields of a record that are empty and should not be; of drafts only as hints."""
    checks: Callable[[Record], Iterator[_Check]] = _CHECKS[record.kind]  # type: ignore[assignment]
    for place, severity, lacks in checks(record):
        if lacks:
            grave: Gravity = "hint" if record.status == "draft" else severity
            yield problem(name_of(record), "field_missing", grave, place=place, field=place)


def article_fields(document: Document) -> Iterator[Problem]:
    """Yield what an article without a record lacks."""
    for place, lacks in (
        ("answer", bool(document.question) and not document.answer.strip()),
        ("title", not document.title.strip()),
    ):
        if lacks:
            yield problem(document.id, "field_missing", "warning", place=place, field=place)


def _of_script(script: Script) -> Iterator[_Check]:
    reply = script.reply
    says = any(getattr(reply, part) for part in Reply.model_fields)
    solves = reply.solve or reply.answer or reply.options or reply.control or reply.short
    limited = any(
        value for value in script.limits.model_dump(exclude={"currency", "who_above"}).values()
    )
    yield "title", "error", not script.title.strip()
    yield "intent", "error", not script.intent.strip()
    yield "reply", "error", not says
    yield "reply.solve", "warning", bool(says and not solves)
    yield "framework", "hint", not script.framework
    yield "steps", "hint", not script.steps
    yield "owner", "hint", not script.owner.strip()
    yield "limits.who_above", "warning", limited and not _above(script)
    yield "trigger_examples", "warning", len(script.trigger_examples) < MIN_EXAMPLES
    for n, commitment in enumerate(script.commitments):
        yield f"commitments.{n}.unit", "error", _has_bounds(commitment) and not commitment.unit
        yield f"commitments.{n}.text", "error", not commitment.text.strip()


def _above(script: Script) -> bool:
    return bool(script.limits.who_above.strip() or script.escalation.to.strip())


def _has_bounds(commitment: Commitment) -> bool:
    return commitment.min_value is not None or commitment.max_value is not None


def _of_rule(rule: ToneRule) -> Iterator[_Check]:
    applies = rule.applies
    searches = rule.patterns or applies.max_chars or applies.max_sentence_words
    # rules of context (C) may have no patterns: the program itself computes some of them
    yield "patterns", "error", rule.check == "D" and not searches
    yield "replacement", "hint", not rule.replacement.strip()
    expected = {test.expect for test in rule.tests}
    yield "tests", "hint", bool(rule.patterns) and expected != {"hit", "clean"}


def _of_case(case: Case) -> Iterator[_Check]:
    yield "title", "error", not case.title.strip()
    yield "turns", "error", not case.turns
    yield "lesson", "hint", not case.lesson.strip()
    yield "worked_because", "hint", case.outcome == "worked" and not case.worked_because.strip()


_CHECKS = {"script": _of_script, "tone": _of_rule, "case": _of_case}
