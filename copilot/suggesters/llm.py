"""The model's suggester: the same brief in a prompt, and nothing out of it that is not checked."""

import html
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import regex

from copilot.brief import Brief
from copilot.errors import LlmUnavailable, Withheld
from copilot.llm import OPENAI_URL, Asking, Endpoint, ModelClient, ModelFailure
from copilot.llm.failures import Kind
from copilot.outbox import Outbox
from copilot.settings import Settings
from copilot.suggesters.endings import finished
from copilot.suggesters.llm_checks import Fault, contacts, faults_of, leak, numbers_in
from copilot.suggesters.llm_material import Mask, Masked, Material, gather_material
from copilot.suggesters.llm_schema import REPLY, SHAPE, Answer, AnswerSentence, read_answer
from copilot.suggesters.passages import is_list_item
from copilot.suggesters.scene import Scene
from copilot.suggestion import Draft, Finding, Sentence
from copilot.tokens import TokenCounter, open_counter
from knowledge import normalise
from prompts import PromptMessage, load_prompt

# Cases for approved words only; a model's own would be a risk that nobody has to take.
_WITHHELD = ("self_harm", "health", "safety", "fraud", "violence", "leak")
_ATTEMPTS = 2
_MAX_QUOTED_CHARS = 6000

_LINK = regex.compile(r"!?\[([^\[\]\n]{0,200})\]\(([^()\s]{1,500})[^()\n]{0,100}\)")
_TAG = regex.compile(r"</?[A-Za-z!][^<>]{0,500}>")
_MARKS = regex.compile(r"\*\*|__|```\w*|`|(?m:^\s{0,3}(?:#{1,6}|>)\s+)")
_SPACES = regex.compile(r"[^\S\n]+")

T = TypeVar("T")
Review = Callable[[Draft, Brief], Sequence[Finding]]


class LlmSuggester:
    """Drafts one reply with a language model, within the endpoint's deadline.

    What people wrote goes out masked; the draft comes back only when it passes every check, at the
    second attempt at the latest.
    """

    name = "llm"

    def __init__(
        self,
        client: ModelClient,
        *,
        mask: Mask,
        counter: Callable[[], TokenCounter],
        review: Review | None = None,
    ) -> None:
        """Use `client`; `review`, where given, is the rule engine, whose critical findings count."""
        self._client = client
        self._mask = mask
        self._counter = counter
        self._review = review

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        mask: Mask | None = None,
        counter: Callable[[], TokenCounter] | None = None,
        review: Review | None = None,
    ) -> "LlmSuggester":
        """Return the suggester that the settings describe; nothing is loaded or sent yet."""
        endpoint = Endpoint(
            base_url=settings.openai_base_url or OPENAI_URL,
            api_key=settings.openai_api_key,
            model=settings.model,
            timeout_s=settings.llm_timeout_s,
        )
        home = settings.data_home
        return cls(
            ModelClient(endpoint, outbox=Outbox(home / "outbox")),
            mask=mask or _mask,
            counter=counter or partial(open_counter, settings.model, home / "models" / "tokens"),
            review=review,
        )

    def draft(self, brief: Brief) -> list[Draft]:
        """Return one draft.

        Raises:
            Withheld: the model must not be asked in this case.
            LlmUnavailable: it gave no usable draft in time.
        """
        if brief.frame.protocol in _WITHHELD or brief.perception.risk in _WITHHELD:
            raise Withheld("protocol")
        if brief.perception.risk == "injection" or brief.perception.has("prompt_injection"):
            raise Withheld("injection")
        return [finished(Scene(brief), self._run(lambda asking: self._compose(brief, asking)))]

    def notices(self) -> tuple[str, ...]:
        """Return nothing: what went wrong is raised."""
        return ()

    def warm(self) -> None:
        """Load what the first call needs, which takes seconds."""
        self._client.warm()

    def close(self) -> None:
        """Let go of open connections."""
        self._client.close()

    def try_out(self) -> float:
        """Ask the model for one word and return how many seconds it took.

        Raises:
            LlmUnavailable: no readable answer in time.
        """
        self.warm()
        started = time.monotonic()
        self._run(_trial)
        return time.monotonic() - started

    def _run(self, job: Callable[[Asking], T]) -> T:
        try:
            return self._client.run(job)
        except ModelFailure as failure:
            address = self._client.endpoint.address
            raise LlmUnavailable(address, failure.reason, kind=failure.kind) from failure

    def _compose(self, brief: Brief, asking: Asking) -> Draft:
        """Ask, check, and ask once more naming the faults, if there is time for it."""
        material = gather_material(brief, self._mask, self._counter)
        messages = list(material.messages)
        for attempt in range(1, _ATTEMPTS + 1):
            before_s = asking.left_s
            text = asking.ask(messages, REPLY)
            draft, faults = self._judge(text, material)
            if draft is not None:
                return draft
            spent_s = before_s - asking.left_s
            names = ", ".join(fault.name for fault in faults)
            if any(f.hostile for f in faults) or attempt == _ATTEMPTS or asking.left_s < spent_s:
                kind: Kind = "broken" if names == "unreadable" else "unfit"
                raise ModelFailure(kind, f"its draft was dropped: {names}")
            messages += _repair(brief, text, faults)
        raise AssertionError("the last attempt returns or raises")

    def _judge(self, text: str, material: Material) -> tuple[Draft | None, tuple[Fault, ...]]:
        answer = read_answer(text)
        if answer is None:
            return None, (Fault("unreadable"),)
        raw = Draft(sentences=tuple(Sentence(text=s.text) for s in answer.sentences))
        if fault := leak(raw, material) or contacts(raw, material):
            return None, (fault,)
        draft = _drafted(answer, material)
        if faults := faults_of(draft, material):
            return None, faults
        restored = _restored(draft, material.masked)
        found = self._review(restored, material.brief) if self._review else ()
        broken = tuple(
            Fault("rule", f"«{f.span}»: {f.why} {f.replacement}".strip()) for f in found if f.blocks
        )
        return (None, broken) if broken else (restored, ())


def _trial(asking: Asking) -> None:
    messages = load_prompt("trial", "en").render(shape=SHAPE)
    if read_answer(asking.ask(messages, REPLY)) is None:
        raise ModelFailure("broken", "its answer is not the JSON object that was asked for")


def _mask(text: str, *, known_names: tuple[str, ...] = ()) -> Masked:
    from copilot.rules import mask

    return mask(text, known_names=known_names)


def _repair(brief: Brief, text: str, faults: Sequence[Fault]) -> tuple[PromptMessage, ...]:
    prompt = load_prompt("repair", brief.perception.language)
    named = [
        f"- {prompt.term('faults', fault.name).replace('{detail}', fault.detail)}"
        for fault in faults
    ]
    return (
        PromptMessage(role="assistant", text=text[:_MAX_QUOTED_CHARS]),
        *prompt.render(faults="\n".join(named), shape=SHAPE),
    )


def _drafted(answer: Answer, material: Material) -> Draft:
    """Make a draft of an answer: plain text, known steps, known sources."""
    sentences = [_sentence(written, material) for written in answer.sentences]
    return Draft(sentences=tuple(s for s in sentences if s.text), origin="llm", label="full")


def _sentence(written: AnswerSentence, material: Material) -> Sentence:
    text = _plain(written.text)
    step = written.step.strip()[:1].upper()
    cited = tuple(dict.fromkeys(source for source in written.sources if source in material.sources))
    stated = numbers_in(text)
    if stated and not cited:
        carrying = [id_ for id_, words in material.sources.items() if stated <= numbers_in(words)]
        cited = tuple(carrying[:1])
    return Sentence(
        step=step if step in material.brief.frame.steps else "",
        text=text,
        sources=cited,
        before="\n" if is_list_item(text) else " ",
    )


def _plain(text: str) -> str:
    """Return `text` without markup; the address of a link stays visible behind its words."""
    bare = _TAG.sub("", _LINK.sub(r"\1 \2", html.unescape(text)))
    return _SPACES.sub(" ", _MARKS.sub("", normalise(bare))).strip()


def _restored(draft: Draft, masked: Masked) -> Draft:
    sentences = tuple(
        s.model_copy(update={"text": masked.restore(s.text)}) for s in draft.sentences
    )
    return draft.model_copy(update={"sentences": sentences})
