"""A library over a quick model: texts that share words have near vectors."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge import Library, open_library


class WordEmbedder:
    """Counts what it embeds, so that tests can say what was embedded again."""

    name = "words"
    dimension = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            vector[hashlib.sha256(word.strip("?.,!").encode()).digest()[0]] += 1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@pytest.fixture
def words() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def shop_made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the shop, before any test has touched it."""
    room = tmp_path_factory.mktemp("shop")
    write_shop(room / "shop")
    with open_library(room / "home", embedder=WordEmbedder()) as opened:
        assert not opened.ingest([room / "shop"]).refused
    shutil.rmtree(room / "shop")  # tests have the same files elsewhere: they were moved
    return room / "home"


@pytest.fixture
def shop(
    shop_made_once: Path, home: Path, words: WordEmbedder, tmp_path: Path
) -> Iterator[Library]:
    """A library with a script, a tone rule, a case and a table of questions."""
    write_shop(tmp_path / "shop")
    shutil.copytree(shop_made_once, home)
    with open_library(home, embedder=words) as opened:
        yield opened


def write_shop(folder: Path) -> None:
    """Write the files of the shop."""
    (folder / "ru").mkdir(parents=True)
    (folder / "ru" / "s1.md").write_text(SCRIPT, "utf-8")
    (folder / "ru" / "t1.md").write_text(TONE, "utf-8")
    (folder / "ru" / "k1.md").write_text(CASE, "utf-8")
    (folder / "faq.csv").write_text(FAQ, "utf-8")


SCRIPT = """---
id: S1
kind: script
locale: ru
title: Возврат чайника
intent: return_kettle
signals: [delay]
trigger_examples: [хочу вернуть чайник, чайник не нужен]
steps: [Принять чайник.]
limits: {refund_max: 3000, currency: RUB}
commitments:
  - {id: money, type: time, text: "деньги за 3–5 дней", min_value: 3, max_value: 5, unit: day}
valid_from: 2026-01-01
valid_to: 2026-12-01
reply:
  solve: [Верните чайник в любой пункт.]
---
# Возврат чайника
Чайник берём обратно 14 дней.
"""
TONE = """---
id: RU-OWN
kind: tone
locale: ru
type: calm_down
severity: low
check: D
patterns: ['\\bуспокой']
---
# Не велим успокоиться
Почему: звучит как приказ.
"""
CASE = """---
id: K1
kind: case
locale: ru
title: Чайник с накипью
outcome: worked
turns:
  - {role: customer, text: Чайник пришёл грязный}
  - {role: operator, text: "Простите: заменим завтра"}
---
# Чайник с накипью
Заменили за день.
"""
FAQ = (
    "id,Вопрос,Ответ,Теги\n"
    "1,Сколько стоит доставка?,Бесплатно от 3000 рублей,\n"
    '2,Как поменять пароль?,"В настройках профиля\nи на сайте","вход, профиль"\n'
    "3,How do I pay?,By card,\n"
)
