"""Hearing the customer: language, temper, signals, facts, request and risk of a conversation."""

from copilot.perception.listener import perceive
from copilot.perception.text import fold, lemmas, sentences
from copilot.perception.vectors import VectorHead

__all__ = ["VectorHead", "fold", "lemmas", "perceive", "sentences"]
