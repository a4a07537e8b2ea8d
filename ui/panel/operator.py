"""The operator's desk: what happens when something is pressed. Values in, a telling out."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from copilot.conversation import Conversation
from copilot.errors import BadConversation, NoSuchRecord, TeploError
from copilot.llm import Account, Terms, on_terms
from copilot.suggestion import Result
from knowledge import Locale
from ui.demo import demos, is_demo
from ui.gapnotes import note_gap
from ui.locales import words
from ui.panel.answerer import Answerer
from ui.panel.kept import keep_card, keep_pasted, offered, open_kept
from ui.panel.running import Running
from ui.panel.thread import EMPTY, card_text, demo_in, joined, read_thread, with_card
from ui.panel.wire import Asked, Held, read_asked, read_channel, read_held
from ui.paste import read_card, read_paste
from ui.view.drafts import check_view
from ui.view.passages import sources_view
from ui.view.screen import KeptView, Telling, answer_view, privacy_view, thread_view, titles
from ui.view.writing import PartialView, improved_view, model_view, note_view

if TYPE_CHECKING:
    from ui.kept import Keeper

LOG = logging.getLogger("teplo.panel")


def _wall_clock() -> datetime:
    return datetime.now().astimezone().replace(microsecond=0)


@dataclass(frozen=True)
class Desk:
    """The desk of one installation. The page holds everything; here is only what is being written."""

    copilot: Answerer
    clock: Callable[[], datetime] = _wall_clock
    running: Running = field(default_factory=Running)
    keeper: "Keeper | None" = None

    def answer(self, message: str, channel: str, notes: str, held: str) -> Telling:
        """Answer what was pasted, or the conversation on the page again."""
        return self._told(held, lambda asked: self._answer(message, channel, notes, asked))

    def clear(self, held: str) -> Telling:
        """Start with an empty conversation."""

        def empty(asked: Held) -> Telling:
            thread = thread_view(EMPTY)
            return Telling(
                kind="screen", serial=asked.serial, language=self._language(asked), thread=thread
            )

        return self._told(held, empty)

    def open_demo(self, number: int | None, held: str) -> Telling:
        """Open one of the made-up conversations."""

        def opened(asked: Held) -> Telling:
            conversation = demos(self._language(asked))[number or 0].conversation
            return self._suggest(conversation, asked, guessed=False)

        return self._told(held, opened)

    def listen(self, raw: str, channel: str, notes: str) -> Telling:
        """Answer a request of a painted control."""

        def heard(_: Held) -> Telling:
            asked = read_asked(raw)
            if asked.do == "check":
                return self._check(asked, channel, notes)
            if asked.do == "start":
                return self._start(asked)
            if asked.do == "open":
                return self._open(asked, notes)
            return self._again(asked, channel, notes)

        return self._told(raw, heard)

    def write(
        self, raw: str, channel: str, notes: str, account: Account | None = None
    ) -> Iterator[Telling]:
        """Answer a request that a model may help with, step by step, on the account of whoever asks."""

        def written(_: Held) -> Telling:
            asked = read_asked(raw)
            conversation = self._conversation(asked, channel, notes, fills=True)
            if asked.do == "note":
                return self._note(asked, conversation)
            return self._improve(asked, conversation)

        try:
            asked = read_asked(raw)
        except (TeploError, ValidationError):
            yield self._told(raw, written)
            return
        if asked.do != "model":
            with on_terms(Terms(account or Account())):
                told = self._told(raw, written)
            yield told.model_copy(update={"of": asked.do})
            return
        try:
            with self.running.only(asked.page, account) as terms:
                yield from self._stream(asked, self._conversation(asked, channel, notes), terms)
        except Exception as error:
            LOG.exception("The model's version broke off.")
            said = str(error) if isinstance(error, TeploError) else self._bug(asked)
            yield Telling(kind="problem", serial=asked.serial, problem=said, of="model")

    def language(self, raw: str) -> Locale:
        """The language of the page that sent this."""
        try:
            return self._language(read_held(raw))
        except (TeploError, ValidationError):
            return self.copilot.settings.language

    def _answer(self, message: str, channel: str, notes: str, held: Held) -> Telling:
        pasted = read_paste(message)
        before = read_thread(held.conversation, now=self.clock())
        fresh = bool(pasted.messages) and is_demo(before)
        kept = "" if fresh and notes == card_text(before.card, self._language(held)) else notes
        conversation = joined(
            before,
            pasted,
            card=read_card(kept),
            channel=read_channel(channel),
            fresh_id=f"own-{held.serial}",
        )
        if conversation.id != before.id:
            held = held.model_copy(update={"framework": ""})
        view: KeptView | None = None
        if self.keeper is not None and pasted.messages:
            conversation, view = keep_pasted(
                self.keeper, before, conversation, pasted.messages, now=self.clock()
            )
        return self._suggest(conversation, held, guessed=pasted.guessed, kept=view)

    def _again(self, asked: Asked, channel: str, notes: str) -> Telling:
        return self._suggest(self._conversation(asked, channel, notes), asked, guessed=False)

    def _conversation(
        self, asked: Asked, channel: str, notes: str, *, fills: bool = False
    ) -> Conversation:
        """The conversation of the page with its card, its channel and, if asked, what was filled in."""
        conversation = read_thread(asked.conversation, now=self.clock())
        conversation = with_card(conversation, read_card(notes), asked.notes if fills else ())
        return conversation.model_copy(update={"channel": read_channel(channel)})

    def _open(self, asked: Asked, notes: str) -> Telling:
        """Open a kept conversation; what was written on the card of the one before stays with it."""
        if self.keeper is None:
            raise NoSuchRecord("No conversations are kept here.")
        before = read_thread(asked.conversation, now=self.clock())
        keep_card(self.keeper, before.id, read_card(notes))
        conversation, view = open_kept(self.keeper, asked.kept, now=self.clock())
        if before.id != conversation.id:
            asked = asked.model_copy(update={"framework": ""})
        return self._suggest(conversation, asked, guessed=False, kept=view)

    def _start(self, asked: Asked) -> Telling:
        """Tell a new page its words, and answer what is on it: at first, a demo."""
        language = self._language(asked)
        conversation = read_thread(asked.conversation, now=self.clock())
        if asked.conversation is None or is_demo(conversation):
            conversation = demo_in(language, conversation)
        said = (
            self._suggest(conversation, asked, guessed=False)
            if conversation.messages
            else Telling(kind="screen", serial=asked.serial, thread=thread_view(conversation))
        )
        fresh = {"words": words(language), "demos": titles(language), "language": language}
        return said.model_copy(
            update={**fresh, "privacy": privacy_view(self.copilot.settings, language)}
        )

    def _suggest(
        self,
        conversation: Conversation,
        asked: Held,
        *,
        guessed: bool,
        kept: KeptView | None = None,
    ) -> Telling:
        language = self._language(asked)
        if not conversation.last_customer_text.strip():
            key = "no_customer" if conversation.messages else "nothing"
            raise BadConversation(words(language)["problems"][key])
        result = self.copilot.suggest(conversation, framework=asked.chosen, llm=False)
        note_gap(self.copilot, conversation, result)
        if self.keeper is not None and kept is not None:
            kept = offered(self.keeper, kept, result, now=self.clock())
        return Telling(
            kind="screen",
            kept=kept,
            serial=asked.serial,
            language=language,
            thread=thread_view(conversation, guessed=guessed),
            answer=answer_view(result, conversation, language, chosen=asked.chosen is not None),
            privacy=privacy_view(
                self.copilot.settings, language, masked=self._masked(conversation)
            ),
            awaits=self.copilot.settings.uses_llm,
        )

    def _check(self, asked: Asked, channel: str, notes: str) -> Telling:
        conversation = self._conversation(asked, channel, notes, fills=True)
        review = self.copilot.check(conversation, asked.text)
        checked = check_view(review.findings, self._language(asked), review.commitments)
        return Telling(kind="check", serial=asked.serial, check=checked)

    def _improve(self, asked: Asked, conversation: Conversation) -> Telling:
        language = self._language(asked)
        if not asked.text.strip():
            raise BadConversation(words(language)["mytext"]["empty"])
        improved = self.copilot.improve(conversation, asked.text, asked.how)
        view = improved_view(improved, asked.text, asked.how, language)
        return Telling(kind="improved", serial=asked.serial, improved=view)

    def _note(self, asked: Asked, conversation: Conversation) -> Telling:
        language = self._language(asked)
        if not conversation.messages:
            raise BadConversation(words(language)["note"]["nothing"])
        summary = self.copilot.summarise(conversation, masked=asked.masked)
        return Telling(kind="note", serial=asked.serial, note=note_view(summary, language))

    def _stream(self, asked: Asked, conversation: Conversation, terms: Terms) -> Iterator[Telling]:
        """Tell the model's version as it grows; the embedded drafts are on the page already."""
        language, serial = self._language(asked), asked.serial
        steps = self.copilot.suggest_stream(conversation, framework=asked.chosen, terms=terms)
        for step in steps:
            if terms.cancelled.is_set():
                return
            if not isinstance(step.value, Result):
                partial = PartialView(text=step.value.text)
                yield Telling(kind="partial", serial=serial, partial=partial)
            elif step.kind == "result":
                passages = sources_view(step.value, conversation, language).passages
                view = model_view(step.value, passages, language)
                yield Telling(kind="model", serial=serial, language=language, model=view)

    def _masked(self, conversation: Conversation) -> int:
        """Count what is masked before anything is sent to a model."""
        if not self.copilot.settings.uses_llm:
            return 0
        from copilot import mask

        return sum(len(mask(message.text).spans) for message in conversation.messages)

    def _language(self, asked: Held) -> Locale:
        return asked.language or self.copilot.settings.language

    def _told(self, raw: str, tell: Callable[[Held], Telling]) -> Telling:
        """Turn errors into tellings: ours with their words, bugs without, those go to the log."""
        held = Held()
        try:
            held = read_held(raw)
            return tell(held)
        except TeploError as error:
            return Telling(kind="problem", serial=held.serial, problem=str(error))
        except Exception:
            LOG.exception("A request of the panel failed.")
            return Telling(kind="problem", serial=held.serial, problem=self._bug(held))

    def _bug(self, asked: Held) -> str:
        return str(words(self._language(asked))["problems"]["bug"])
