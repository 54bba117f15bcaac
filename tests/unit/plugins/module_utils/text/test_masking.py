# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in other people's texts are replaced, however these write them, and nothing else is."""
from __future__ import annotations

import base64
import html
import json
import random
import string
import time
import tracemalloc
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.blueking.job.plugins.module_utils.ending.logs import tail
from ansible_collections.blueking.job.plugins.module_utils.text.masking import label, prepare, printable, without_secrets

KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n"


@pytest.mark.parametrize("secret, text", [
    ("p&ss<w/rd9", "at /login?password=p%26ss%3Cw%2Frd9"), ("p&ss<w/rd9", "at /login?password=p%26ss%3cw%2frd9"),
    ("p&ss<w/rd9", "<title>p&amp;ss&lt;w/rd9</title>"), ('pass"word', 'said "pass\\"word"'), ("pass/word", 'said "pass\\/word"'),
    ("two words", "two+words"), ("password", "Basic cGFzc3dvcmQ="), ("password\n", "bad value 'password'"), ("  password", "bad value 'password'"),
    (KEY, "read hkiG9w0BAQEFAASC of it"), ("密码密码", '"\\u5bc6\\u7801\\u5bc6\\u7801"'),
])
def test_a_secret_is_replaced_in_every_spelling(secret, text):
    assert "********" in without_secrets(text, {secret})


SECRET = "p&ss <w/rd\"9+密"


def in_base64(secret: str, before: bytes = b"", after: bytes = b"") -> str:
    return base64.b64encode(before + secret.encode() + after).decode()


@pytest.mark.parametrize("written", [
    SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET), quote(quote(SECRET)), quote(quote(quote(SECRET))),
    json.dumps(SECRET), json.dumps(SECRET, ensure_ascii=False), json.dumps(json.dumps(SECRET)), json.dumps({"x": json.dumps({"y": json.dumps(SECRET)})}),
    json.dumps(SECRET).replace("/", "\\/"), quote(json.dumps(SECRET)), json.dumps(quote(SECRET)), json.dumps(html.escape(SECRET)),
    html.escape(SECRET), html.escape(html.escape(SECRET)), "".join(f"&#{ord(character)};" for character in SECRET),
    "".join(f"&#x{ord(character):x};" for character in SECRET), "".join(f"%{byte:02x}" for byte in SECRET.encode()),
    repr(SECRET.encode()), "".join(f"\\u{ord(character):04X}" for character in SECRET), SECRET.encode().hex(), SECRET.encode().hex().upper(),
    SECRET[:5] + "\x1b[1;31m" + SECRET[5:], SECRET[:5] + "\\u001b[0m" + SECRET[5:], SECRET[:5] + "\n" + SECRET[5:],
    in_base64(SECRET), in_base64(SECRET).rstrip("="), in_base64(SECRET, b"u:"), in_base64(SECRET, b"user", b" and more"),
    in_base64(SECRET, b"a").replace("+", "-").replace("/", "_"), json.dumps(in_base64(SECRET)).replace("/", "\\/"), quote(in_base64(SECRET), safe=""),
])
def test_nothing_is_left_of_a_secret_however_often_it_was_encoded(written):
    masked = without_secrets(f"said: {written} , to end with", {SECRET, "another"})
    assert masked.startswith("said: ") and masked.endswith(" , to end with") and "********" in masked
    assert len(masked) <= len("said: ******** , to end with") + 2 * len("dXNlcg== and more") and "rd" not in masked


def test_what_was_encoded_beside_a_secret_stays_as_it_is():
    assert without_secrets("%41 &amp; \\n C:\\temp p%26ssword? \x1b[1m!", {"p&ssword"}) == "%41 &amp; \\n C:\\temp ********? \x1b[1m!"


def test_a_secret_that_looks_encoded_is_found_as_it_is_and_encoded():
    for secret in ("ab%41%25cd", "a\\u0041bcd\\n", "a&amp;bcd", "100%", "\\\\server\\new"):
        for written in (secret, quote(secret), json.dumps(secret)[1:-1], html.escape(secret), f"41{secret}41"):
            assert "********" in without_secrets(written, {secret}), (secret, written)


@pytest.mark.parametrize("secret", ["U14\\", "a\\b\\c", "&lt;&gt;", "%41%42"])
def test_a_secret_of_which_little_is_left_when_it_is_read_is_found_when_encoded(secret):
    for written in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], html.escape(secret)):
        assert without_secrets(f"of {written} and", {secret}).replace("\\", "") == "of ******** and"


def test_a_secret_may_be_of_bytes_that_are_no_text():
    prepare({"\udcff", "ab\udcff"})
    assert without_secrets("of ab\udcff and", {"ab\udcff"}) == "of ******** and"


def test_of_a_long_secret_that_was_cut_off_nothing_is_left():
    secret = "".join(map(chr, range(33, 127))) * 3
    assert without_secrets(f"too long: {secret[:50]}... of 282", {secret}) == "too long: ********... of 282"


NOISE = random.Random(1)
LARGE = {"".join(NOISE.choices(string.printable, k=1 << 20))}
MANY = {"".join(NOISE.choices(string.printable, k=350)) for _number in range(3000)}


@pytest.mark.parametrize("secrets", [LARGE, MANY], ids=["large", "many"])
def test_neither_a_large_secret_nor_many_take_long(secrets):
    began = time.process_time()
    assert without_secrets("a text", secrets) == "a text"
    assert without_secrets(f"<{json.dumps(max(secrets))}>{'a text ' * 10_000}", secrets) == f'<"********">{"a text " * 10_000}'
    assert time.process_time() - began < 60  # of which a slow machine takes three


@pytest.mark.parametrize("secrets", [{next(iter(LARGE))[:100_000]}, set(sorted(MANY)[:300])], ids=["large", "many"])
def test_neither_a_large_secret_nor_many_take_much_memory(secrets):
    tracemalloc.start()
    prepare({*secrets, "another"})
    assert tracemalloc.get_traced_memory()[1] < 200 * 100_000  # one pattern of all spellings took a thousand times what there are secrets
    tracemalloc.stop()


@pytest.mark.parametrize("text", ["%41", "%25", "\\", "\\u0041", "&amp;", "&", "amp;", "\x1b[", "\x1b]", "\n", "secret-", "aaaa", "cGFz"])
def test_no_text_takes_long(text):
    secrets = {f"secret-{number:06}" for number in range(3000)} | {"a" * 100_000 + "b", "pass" * 1000}
    began = time.process_time()
    without_secrets(text * (400_000 // len(text)), secrets)
    assert time.process_time() - began < 30


def test_of_a_text_beyond_measure_only_what_is_shown_is_looked_at():
    secret = "a-secret-of-a-page" * 30
    began = time.process_time()
    assert label("word " * 3_000_000 + secret, {secret}) == ("word " * 40)[:200] + "..."
    assert tail(f"{secret}\n{'x' * (1 << 25)}\nthe {secret} end", 1, {secret}) == "the ******** end"
    assert label("\n" * 18_990 + secret * 50, {secret}) == "********"
    assert label("\n" * 19_990 + secret * 50, {secret}) == ""
    assert time.process_time() - began < 30


def test_a_short_secret_is_replaced_only_where_it_stands_alone():
    assert without_secrets("1 of 10 hosts, 10.0.0.1", {"1"}) == "******** of 10 hosts, 10.0.0.********"


def test_a_colour_in_the_midst_of_a_secret_hides_nothing():
    assert printable("pass\x1b[31mword", {"password"}) == "********"


def test_without_secrets_a_text_stays_as_it_is():
    assert without_secrets("a text", set()) == without_secrets("a text", {""}) == "a text"


def test_the_longest_secret_is_replaced_as_a_whole():
    assert without_secrets("password-of-admin", {"password", "password-of-admin"}) == "********"
