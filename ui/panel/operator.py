"""The operator's desk: what happens when something is pressed. Values in, a telling out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationError

from copilot.conversation import Conversation
from copilot.errors import BadConversation, TeploError
from copilot.settings import Settings
from copilot.suggestion import Result
from knowledge import Framework, Locale
from ui.demo import demos, is_demo
from ui.locales import words
from ui.panel.thread import EMPTY, card_text, demo_in, joined, read_thread, with_card
from ui.panel.wire import Asked, Held, read_asked, read_channel, read_held
from ui.paste import read_card, read_paste
from ui.view.drafts import check_view
from ui.view.screen import Telling, answer_view, by_model, privacy_view, thread_view, titles

if TYPE_CHECKING:
    from copilot import Review

LOG = logging.getLogger("teplo.panel")


class Answerer(Protocol):
    """The part of `Copilot` that the desk needs."""

    @property
    def settings(self) -> Settings:
        """What is set."""
        ...

    def suggest(
        self, conversation: Conversation, *, framework: Framework | None = None, llm: bool = True
    ) -> Result:
        """Draft replies."""
        ...

    def check(self, conversation: Conversation, text: str) -> "Review":
        """Run the rules over a text."""
        ...


def _wall_clock() -> datetime:
    return datetime.now().astimezone().replace(microsecond=0)


@dataclass(frozen=True)
class Desk:
    """The desk of one installation; it keeps nothing between requests, the page holds everything."""

    copilot: Answerer
    clock: Callable[[], datetime] = _wall_clock

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
            return self._again(asked, channel, notes)

        return self._told(raw, heard)

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
        return self._suggest(conversation, held, guessed=pasted.guessed)

    def _again(self, asked: Asked, channel: str, notes: str) -> Telling:
        conversation = read_thread(asked.conversation, now=self.clock())
        conversation = with_card(conversation, read_card(notes))
        conversation = conversation.model_copy(update={"channel": read_channel(channel)})
        return self._suggest(conversation, asked, guessed=False, model=asked.do == "model")

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
        self, conversation: Conversation, asked: Held, *, guessed: bool, model: bool = False
    ) -> Telling:
        language = self._language(asked)
        if not conversation.last_customer_text.strip():
            key = "no_customer" if conversation.messages else "nothing"
            raise BadConversation(words(language)["problems"][key])
        result = self.copilot.suggest(conversation, framework=asked.chosen, llm=model)
        return Telling(
            kind="screen",
            serial=asked.serial,
            language=language,
            thread=thread_view(conversation, guessed=guessed),
            answer=answer_view(result, conversation, language, chosen=asked.chosen is not None),
            privacy=privacy_view(
                self.copilot.settings, language, masked=self._masked(conversation)
            ),
            awaits=self.copilot.settings.uses_llm and not model,
            by_model=by_model(result.suggestions),
        )

    def _check(self, asked: Asked, channel: str, notes: str) -> Telling:
        conversation = read_thread(asked.conversation, now=self.clock())
        conversation = with_card(conversation, read_card(notes), asked.notes)
        conversation = conversation.model_copy(update={"channel": read_channel(channel)})
        review = self.copilot.check(conversation, asked.text)
        checked = check_view(review.findings, self._language(asked))
        return Telling(kind="check", serial=asked.serial, check=checked)

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
            problem = words(self._language(held))["problems"]["bug"]
            return Telling(kind="problem", serial=held.serial, problem=problem)
