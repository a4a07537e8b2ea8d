"""Improve with a model: its version of a text stands only when every fact in it is proven the same."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

import regex
from pydantic import BaseModel, ConfigDict, Field

from copilot.brief import Brief
from copilot.errors import LlmUnavailable
from copilot.improve.diff import differences
from copilot.improve.engine import Change, Improved
from copilot.improve.sameness import Pair, faults_between
from copilot.improve.setting import TRANSLATIONS, How, Setting
from copilot.improve.steps import shown
from copilot.llm.asking import Asking
from copilot.llm.checks import (
    TEXT_CHECKS,
    Check,
    Fault,
    benefits,
    contacts,
    faults_in,
    graver,
    language,
    leak,
    placeholders,
    refusal,
)
from copilot.llm.client import ModelClient
from copilot.llm.failures import ModelFailure
from copilot.llm.ground import Ground
from copilot.llm.notices import unavailable, withhold
from copilot.llm.reading import last_of
from copilot.llm.repairing import Judged, ask_until_fit
from copilot.llm.sealing import Mask, masked_together, product_mask, sealed
from copilot.llm.vendor import Schema
from copilot.rules import Ruleset, review
from copilot.rules.lexicon import language_of
from copilot.suggesters.llm_material import known_facts, newest
from copilot.suggesters.llm_passages import passage_of, words_of
from copilot.suggesters.scene import Scene
from copilot.suggestion import Draft, Finding
from knowledge import Hit, Locale
from prompts import load_prompt

MAX_CHARS = 4_000
_MAX_THREAD_CHARS = 6_000
_MAX_PASSAGES = 3
_MARK = regex.compile(r"\[[A-Z]{2,20}_\d{1,6}\]")
_UNPRINTABLE = regex.compile(r"[^\P{C}\n\t]")
_TRANSLATION_CHECKS: tuple[Check, ...] = (leak, contacts, placeholders, refusal, language, benefits)
_ADDING: tuple[How, ...] = ("warmer", "add_step")
_PROMISED = ("unverified_promise", "absolute_guarantee")
SHAPE = '{"text": ""}'
TEXT = Schema(
    name="text",
    fields={
        "type": "object",
        "additionalProperties": False,
        "required": ["text"],
        "properties": {"text": {"type": "string"}},
    },
)


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True)

    text: Annotated[str, Field(min_length=1, max_length=3 * MAX_CHARS)]


@dataclass(frozen=True)
class _Task(Ground):
    """A request for another version of `text`; `sent` is the text as it went out, masked."""

    text: str
    sent: str
    how: How
    setting: Setting


class LlmEditor:
    """Rewrites an operator's text with a language model."""

    def __init__(self, client: ModelClient, rules: Ruleset, *, mask: Mask = product_mask) -> None:
        """Use `client`; what breaks `rules` and did not before is dropped."""
        self._client = client
        self._rules = rules
        self._mask = mask

    def improve(self, text: str, how: How, brief: Brief) -> Improved:
        """Return the model's version with every difference.

        Raises:
            Withheld: the model must not be asked in this case.
            LlmUnavailable: it gave no version that passes in time.
        """
        withhold(brief)
        if len(text) > MAX_CHARS:
            reason = f"the text has more than {MAX_CHARS} characters"
            raise LlmUnavailable(self._client.endpoint.address, reason, kind="unsent")
        setting = Setting(
            brief, self._rules, language_of(text, otherwise=brief.perception.language)
        )

        def job(asking: Asking) -> str:
            task = self._task(text, how, setting)
            return ask_until_fit(
                asking,
                task.messages,
                TEXT,
                lambda written: self._judge(written, task),
                language=setting.language,
                shape=SHAPE,
            )

        try:
            after = self._client.run(job, purpose="improve")
        except ModelFailure as failure:
            raise unavailable(self._client, failure) from failure
        return _improved(text, after, how, setting)

    def _task(self, text: str, how: How, setting: Setting) -> _Task:
        """Put a request together.

        Raises:
            ModelFailure: masking went wrong, so nothing may be sent.
        """
        brief = setting.brief
        messages, facts = newest(brief, max_chars=_MAX_THREAD_CHARS), known_facts(brief)
        names = tuple(value for kind, value in facts if kind == "name")
        masked, pieces = masked_together([t for _, t in messages] + [text], self._mask, names=names)
        *said, sent = pieces
        passages = [passage_of(brief, hit) for hit in _sources(brief)] if how == "add_step" else []
        block = sealed(
            {
                "conversation": [
                    {"from": role, "text": t} for (role, _), t in zip(messages, said, strict=True)
                ],
                "passages": passages,
                "text": sent,
            }
        )
        ours = [t for (role, _), t in zip(messages, said, strict=True) if role != "customer"]
        theirs = [t for (role, _), t in zip(messages, said, strict=True) if role == "customer"]
        return _Task(
            messages=load_prompt("improve", setting.language).render(
                **_words(how, text, setting),
                shape=SHAPE,
                canary=block.canary,
                fence=block.fence,
                data=block.text,
            ),
            block=block,
            language=_target(how, setting),
            company="\n".join([sent, *ours, *map(words_of, passages)]),
            thread="\n".join(theirs),
            masked=masked,
            mask=self._mask,
            text=text,
            sent=sent,
            how=how,
            setting=setting,
        )

    def _judge(self, written: str, task: _Task) -> Judged[str]:
        answer = last_of(written, _Written)
        if answer is None:
            return None, (Fault("unreadable"),)
        raw = _UNPRINTABLE.sub("", answer.text).strip()
        checks = _TRANSLATION_CHECKS if task.how in TRANSLATIONS else TEXT_CHECKS
        found = graver((*faults_in(raw, task, checks), *_marks(raw, task)))
        if found:
            return None, found
        after = _as_before(task.masked.restore(raw), task.text)
        pair = Pair(task.text, after, task.how, task.setting)
        if faults := (*faults_between(pair), *self._broken(pair)):
            return None, tuple(faults)
        return after, ()

    def _broken(self, pair: Pair) -> tuple[Fault, ...]:
        """Return the rules that the new text breaks and the old one did not.

        Whether a promise is covered is the operator's matter: that it is the same one is proven.
        """
        if pair.how in TRANSLATIONS:
            return ()
        old, new = (self._critical(pair, text) for text in (pair.before, pair.after))
        return tuple(
            Fault("rule", f"\u00ab{f.span}\u00bb: {f.why} {f.replacement}".strip())
            for rule, f in new.items()
            if rule not in old and (pair.how in _ADDING or f.type not in _PROMISED)
        )

    def _critical(self, pair: Pair, text: str) -> dict[str, Finding]:
        found = review(Draft.from_text(text), pair.setting.brief, self._rules)
        return {finding.rule: finding for finding in found if finding.blocks}


def _marks(raw: str, task: _Task) -> tuple[Fault, ...]:
    """Marks of private details stand as often as they did; an added step may use another one."""
    had, has = Counter(_MARK.findall(task.sent)), Counter(_MARK.findall(raw))
    more = Counter[str]() if task.how in ("add_step", "warmer") else has - had
    wrong = (had - has) + more
    return (Fault("marks", ", ".join(sorted(wrong))),) if wrong else ()


def _words(how: How, text: str, setting: Setting) -> dict[str, str]:
    prompt, brief = load_prompt("improve", setting.language), setting.brief
    frame = brief.frame
    missing = [step for step in frame.next if not shown(text, step, setting)]
    named = [prompt.term("steps", f"{frame.framework}.{step}") for step in missing]
    return {
        "task": prompt.term("tasks", how),
        "steps": "; ".join(filter(None, named if how == "add_step" else []))
        or prompt.term("words", "none"),
        "language": prompt.term("languages", _target(how, setting)),
        "register": prompt.term(
            "registers", "formal" if how == "formal" else Scene(brief).register
        ),
    }


def _target(how: How, setting: Setting) -> Locale:
    targets: dict[How, Locale] = {"to_ru": "ru", "to_en": "en"}
    return targets.get(how, setting.language)


def _sources(brief: Brief) -> list[Hit]:
    return [hit for hit in brief.hits if hit.strength != "none"][:_MAX_PASSAGES]


def _as_before(after: str, before: str) -> str:
    """Give the new text the white space that the old one ended with."""
    return after + before[len(before.rstrip()) :]


def _improved(before: str, after: str, how: How, setting: Setting) -> Improved:
    why = setting.wording("whys", "translated" if how in TRANSLATIONS else "model")
    changes = tuple(
        Change(before=d.before, after=d.after, start=d.start, end=d.end, why=why)
        for d in differences(before, after)
    )
    notes = [setting.wording("notes", "nothing")] if not changes else []
    if how in TRANSLATIONS and changes:
        notes.append(setting.wording("notes", "names_stay"))
    return Improved(text=after, changes=changes, notes=tuple(notes), origin="llm")
