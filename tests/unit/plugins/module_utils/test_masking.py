# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in other people's texts are replaced, however these write them, and nothing else is."""
from __future__ import annotations

import pytest

from ansible_collections.blueking.job.plugins.module_utils.masking import printable, without_secrets

KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n"


@pytest.mark.parametrize("secret, text", [
    ("p&ss<w/rd9", "at /login?password=p%26ss%3Cw%2Frd9"), ("p&ss<w/rd9", "at /login?password=p%26ss%3cw%2frd9"),
    ("p&ss<w/rd9", "<title>p&amp;ss&lt;w/rd9</title>"), ('pass"word', 'said "pass\\"word"'), ("pass/word", 'said "pass\\/word"'),
    ("two words", "two+words"), ("password", "Basic cGFzc3dvcmQ="), ("password\n", "bad value 'password'"), ("  password", "bad value 'password'"),
    (KEY, "read hkiG9w0BAQEFAASC of it"), ("密码密码", '"\\u5bc6\\u7801\\u5bc6\\u7801"'),
])
def test_a_secret_is_replaced_in_every_spelling(secret, text):
    assert "********" in without_secrets(text, {secret})


def test_a_short_secret_is_replaced_only_where_it_stands_alone():
    assert without_secrets("1 of 10 hosts, 10.0.0.1", {"1"}) == "******** of 10 hosts, 10.0.0.********"


def test_a_colour_in_the_midst_of_a_secret_hides_nothing():
    assert printable("pass\x1b[31mword", {"password"}) == "********"


def test_without_secrets_a_text_stays_as_it_is():
    assert without_secrets("a text", set()) == without_secrets("a text", {""}) == "a text"


def test_the_longest_secret_is_replaced_as_a_whole():
    assert without_secrets("password-of-admin", {"password", "password-of-admin"}) == "********"
