"""The model's suggester: the same brief in a prompt, and nothing out of it that is not checked."""

import html
from collections.abc import Callable, Generator, Sequence

import regex

from copilot.brief import Brief
from copilot.llm import Asking, ModelClient, ModelFailure, Terms, open_client
from copilot.llm.checks import Fault, contacts, faults_in, graver, leak, numbers_in
from copilot.llm.notices import unavailable, withhold
from copilot.llm.repairing import ask_until_fit
from copilot.llm.sealing import Mask, Masked, product_mask
from copilot.llm.trial import Trial, try_out
from copilot.settings import Settings
from copilot.suggesters.endings import finished
from copilot.suggesters.llm_checks import early_faults_of, faults_of
from copilot.suggesters.llm_growing import Growing
from copilot.suggesters.llm_material import Material, gather_material
from copilot.suggesters.llm_schema import REPLY, SHAPE, AnswerSentence, read_answer
from copilot.suggesters.passages import is_list_item
from copilot.suggesters.scene import Scene
from copilot.suggestion import SLOT, Draft, Finding, Sentence
from copilot.tokens import TokenCounter
from knowledge import normalise

_LINK = regex.compile(r"!?\[([^\[\]\n]{0,200})\]\(([^()\s]{1,500})[^()\n]{0,100}\)")
_TAG = regex.compile(r"</?[A-Za-z!][^<>]{0,500}>")
_MARKS = regex.compile(r"\*\*|__|```\w*|`|(?m:^\s{0,3}(?:#{1,6}|>)\s+)")
_SPACES = regex.compile(r"[^\S\n]+")

Review = Callable[[Draft, Brief], Sequence[Finding]]


class LlmSuggester:
    """Drafts one reply with a language model, within the endpoint's deadline.

    What people wrote goes out masked; the draft comes back only when it passes every check, at the
    second attempt at the latest.
    """

    name = "llm"

    def __init__(
        self, client: ModelClient, *, mask: Mask = product_mask, review: Review | None = None
    ) -> None:
        """Use `client`; `review`, where given, is the rule engine, whose critical findings count."""
        self.client = client
        self._mask = mask
        self._review = review

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        mask: Mask = product_mask,
        counter: Callable[[], TokenCounter] | None = None,
        review: Review | None = None,
    ) -> "LlmSuggester":
        """Return the suggester that the settings describe; nothing is loaded or sent yet."""
        return cls(open_client(settings, counter=counter), mask=mask, review=review)

    def draft(self, brief: Brief) -> list[Draft]:
        """Return one draft.

        Raises:
            Withheld: the model must not be asked in this case.
            LlmUnavailable: it gave no usable draft in time.
        """
        withhold(brief)
        try:
            draft = self.client.run(lambda asking: self._compose(brief, asking, growing=False))
        except ModelFailure as failure:
            raise unavailable(self.client, failure) from failure
        return [finished(Scene(brief), draft)]

    def stream(self, brief: Brief, terms: Terms) -> Generator[Draft, None, list[Draft]]:
        """Return one draft as `draft` does, yielding its sentences meanwhile as far as they passed.

        Every yielded draft stands for itself and replaces the one before: a second attempt begins
        anew. Closing the generator ends the call.
        """
        withhold(brief)
        try:
            draft = yield from self.client.stream(
                lambda asking: self._compose(brief, asking, growing=True), terms=terms
            )
        except ModelFailure as failure:
            raise unavailable(self.client, failure) from failure
        return [finished(Scene(brief), draft)]

    def notices(self) -> tuple[str, ...]:
        """Return nothing: what went wrong is raised."""
        return ()

    def try_out(self) -> Trial:
        """Ask the model for one small answer in every way that replies are asked for."""

        def readable(text: str) -> bool:
            return read_answer(text) is not None

        return try_out(self.client, schema=REPLY, shape=SHAPE, readable=readable)

    def warm(self) -> None:
        """Load what the first call needs, which takes seconds."""
        self.client.warm()

    def rehearse(self, brief: Brief) -> None:
        """Load what a call needs, and put a request together without sending it."""
        self.client.warm()
        gather_material(brief, self._mask, self.client.counter)

    def close(self) -> None:
        """Let go of open connections."""
        self.client.close()

    def _compose(self, brief: Brief, asking: Asking, *, growing: bool) -> Draft:
        material = gather_material(brief, self._mask, self.client.counter)

        def listener() -> Growing:
            return Growing(lambda written: self._early(written, material), asking.tell)

        return ask_until_fit(
            asking,
            material.messages,
            REPLY,
            lambda text: self._judge(text, material),
            language=brief.perception.language,
            shape=SHAPE,
            on_text=listener if growing else None,
        )

    def _judge(self, text: str, material: Material) -> tuple[Draft | None, tuple[Fault, ...]]:
        answer = read_answer(text)
        if answer is None:
            return None, (Fault("unreadable"),)
        raw = Draft(sentences=tuple(Sentence(text=s.text) for s in answer.sentences))
        if found := graver(faults_in(raw.text, material, (leak, contacts))):
            return None, found
        draft = _drafted(answer.sentences, material)
        if faults := faults_of(draft, material):
            return None, faults
        restored = _restored(draft, material.masked)
        broken = self._broken(restored, material)
        return (None, broken) if broken else (restored, ())

    def _early(self, written: Sequence[AnswerSentence], material: Material) -> Draft | None:
        """Return what is written so far if it may be shown, else None."""
        raw = "\n".join(sentence.text for sentence in written)
        draft = _drafted(written, material)
        if faults_in(raw, material, (leak, contacts)) or early_faults_of(draft, material):
            return None
        restored = _restored(draft, material.masked)
        return None if self._broken(restored, material) else restored

    def _broken(self, draft: Draft, material: Material) -> tuple[Fault, ...]:
        """Return the critical findings; an open bracket is asked for, and blocks by itself."""
        found = self._review(draft, material.brief) if self._review else ()
        slots = [match.span() for match in SLOT.finditer(draft.text)]
        return tuple(
            Fault("rule", f"\u00ab{f.span}\u00bb: {f.why} {f.replacement}".strip())
            for f in found
            if f.blocks and not any(start <= f.start and f.end <= end for start, end in slots)
        )


def _drafted(answer: Sequence[AnswerSentence], material: Material) -> Draft:
    """Make a draft of an answer: plain text, known steps, known sources."""
    sentences = [_sentence(written, material) for written in answer]
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
