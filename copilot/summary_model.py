"""Summary with a model: its lines stand only when every number and promise in them is in the thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from copilot.brief import Brief
from copilot.llm.asking import Asking
from copilot.llm.checks import TEXT_CHECKS, Fault, faults_in, graver
from copilot.llm.client import ModelClient
from copilot.llm.failures import ModelFailure
from copilot.llm.ground import Ground
from copilot.llm.notices import unavailable, withhold
from copilot.llm.reading import last_of
from copilot.llm.repairing import Judged, ask_until_fit
from copilot.llm.sealing import Mask, masked_together, product_mask, sealed
from copilot.llm.vendor import Schema
from copilot.rules.stems import stems
from copilot.suggesters.llm_material import known_facts, newest
from copilot.suggesters.llm_passages import notes_of
from copilot.summary_lines import MAX_CHARS, Line, Summary, labelled, masked_lines
from knowledge import normalise
from prompts import load_prompt

Told = Literal["happened", "request", "facts", "promised", "told", "tried", "open"]
_TOLD: tuple[Told, ...] = get_args(Told)
_NEEDED: tuple[Told, ...] = ("request", "facts", "promised", "told", "tried")
_OURS = ("operator", "bot")
_FIRM = 0.5  # the share of a line's content words that stand in what it rests on
_LOOSE = 0.25
_LOOSELY: tuple[Told, ...] = ("happened", "open")

SHAPE = '{"lines": [{"about": "", "text": "", "messages": [1]}]}'
LINES = Schema(
    name="summary",
    fields={
        "type": "object",
        "additionalProperties": False,
        "required": ["lines"],
        "properties": {
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["about", "text", "messages"],
                    "properties": {
                        "about": {"type": "string", "enum": list(_TOLD)},
                        "text": {"type": "string"},
                        "messages": {"type": "array", "items": {"type": "integer"}},
                    },
                },
            }
        },
    },
)


class _WrittenLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    about: Told
    text: Annotated[str, Field(min_length=2, max_length=600)]
    messages: Annotated[tuple[int, ...], Field(max_length=40)] = ()


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True)

    lines: Annotated[tuple[_WrittenLine, ...], Field(min_length=1, max_length=12)]


@dataclass(frozen=True)
class _Task(Ground):
    """A request for a summary: `said` are role and text of the messages sent, by number from 1.

    `beside` is what is known without a message: the card and its notes.
    """

    brief: Brief
    said: dict[int, tuple[str, str]]
    beside: str
    needed: tuple[Told, ...]


class LlmSummariser:
    """Sums conversations up with a language model; mood, risk and next steps stay the rules'."""

    def __init__(self, client: ModelClient, *, mask: Mask = product_mask) -> None:
        """Use `client`."""
        self._client = client
        self._mask = mask

    def summarise(self, brief: Brief, standing: Summary, *, masked: bool = False) -> Summary:
        """Return the model's lines in the place of those of `standing`, an unmasked summary.

        Raises:
            Withheld: the model must not be asked in this case.
            LlmUnavailable: it gave no summary that passes in time.
        """
        withhold(brief)

        def job(asking: Asking) -> tuple[_WrittenLine, ...]:
            task = self._task(brief, standing)
            return ask_until_fit(
                asking,
                task.messages,
                LINES,
                lambda written: _judge(written, task),
                language=task.language,
                shape=SHAPE,
            )

        try:
            written = self._client.run(job, purpose="summary")
        except ModelFailure as failure:
            raise unavailable(self._client, failure) from failure
        language = standing.language
        own = {w.about: labelled(language, w.about, w.text, w.messages) for w in written}
        lines = [own[about] for about in _TOLD if about in own]
        lines += [line for line in standing.lines if line.about not in _TOLD]
        shown: Sequence[Line] = masked_lines(brief, lines) if masked else lines
        told = {"lines": tuple(shown), "masked": masked, "origin": "llm"}
        return standing.model_copy(update=told)

    def _task(self, brief: Brief, standing: Summary) -> _Task:
        """Put a request together.

        Raises:
            ModelFailure: masking went wrong, so nothing may be sent.
        """
        messages, facts, notes = newest(brief), known_facts(brief), notes_of(brief)
        names = tuple(value for kind, value in facts if kind == "name")
        texts = [text for _, text in (*messages, *facts, *notes)]
        masked, pieces = masked_together(texts, self._mask, names=names)
        first = len(brief.conversation.messages) - len(messages) + 1
        said = {n: (role, pieces[n - first]) for n, (role, _) in enumerate(messages, first)}
        beside = [
            {"kind": kind, "text": text}
            for (kind, _), text in zip((*facts, *notes), pieces[len(messages) :], strict=True)
        ]
        block = sealed(
            {
                "conversation": [
                    {"n": n, "from": role, "text": text} for n, (role, text) in said.items()
                ],
                "known": beside,
            }
        )
        heard = {line.about for line in standing.lines}
        needed = tuple(about for about in _NEEDED if about in heard)
        language = brief.perception.language
        prompt = load_prompt("summarise", language)
        known = "\n".join(fact["text"] for fact in beside)
        return _Task(
            messages=prompt.render(
                lines="\n".join(
                    f"- {about}{'*' if about in needed else ''}: {prompt.term('lines', about)}"
                    for about in _TOLD
                ),
                max_chars=str(MAX_CHARS),
                shape=SHAPE,
                canary=block.canary,
                fence=block.fence,
                data=block.text,
            ),
            block=block,
            language=language,
            company="\n".join([*(text for _, text in said.values()), known]),
            thread="",
            masked=masked,
            mask=self._mask,
            brief=brief,
            said=said,
            beside=known,
            needed=needed,
        )


def _judge(written: str, task: _Task) -> Judged[tuple[_WrittenLine, ...]]:
    answer = last_of(normalise(written), _Written)
    if answer is None:
        return None, (Fault("unreadable"),)
    text = "\n".join(line.text for line in answer.lines)
    found = graver((*faults_in(text, task, TEXT_CHECKS), *_faults(answer.lines, task)))
    if found:
        return None, found
    restored = [
        line.model_copy(update={"text": " ".join(task.masked.restore(line.text).split())})
        for line in answer.lines
    ]
    return tuple(restored), ()


def _faults(lines: Sequence[_WrittenLine], task: _Task) -> list[Fault]:
    faults: list[Fault] = []
    written = {line.about for line in lines}
    if missing := [about for about in task.needed if about not in written]:
        faults.append(Fault("missing_line", ", ".join(missing)))
    numbers = {n for line in lines for n in line.messages}
    if strange := sorted(numbers - task.said.keys()):
        faults.append(Fault("bad_message", ", ".join(map(str, strange[:5]))))
    if sum(len(line.text) for line in lines) > MAX_CHARS:
        faults.append(Fault("too_long", str(MAX_CHARS)))
    loose = [line.about for line in lines if not _rests(line, task)]
    return [*faults, Fault("drift", ", ".join(loose))] if loose else faults


def _rests(line: _WrittenLine, task: _Task) -> bool:
    """Say whether a line speaks of what it rests on; a promise of ours rests on our own words."""
    roles = _OURS if line.about == "promised" else ("customer", *_OURS)
    cited = [task.said[n] for n in line.messages if n in task.said]
    said = cited or ([] if line.about == "promised" else list(task.said.values()))
    ground = "\n".join([*(text for role, text in said if role in roles), task.beside])
    own = stems(line.text)
    share = _LOOSE if line.about in _LOOSELY else _FIRM
    return len(own & stems(ground)) >= share * len(own) if own else True
