# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A refusal, by JOB or by a gateway: its number, and its words in two languages."""

from __future__ import annotations

# code: (English, Chinese); whatever is not here speaks by its detail alone
TEXTS = {
    1240003: ("Bad request", "错误的请求"),
    1241002: ("Invalid parameter", "请求参数错误"),
    1241003: ("The operation is not possible in the current state", "当前状态不支持该操作"),
    1241015: ("The job has been started already", "作业已启动"),
    1241007: ("Too many hosts in one query", "查询的主机数量超过限制"),
    1243009: ("The job plan does not exist", "作业执行方案不存在"),
    1243051: ("The resource scope does not exist", "资源范围不存在"),
    1244002: ("The host does not exist in this scope", "主机不存在或不在当前资源范围下"),
    1244006: ("The job instance does not exist", "作业实例不存在"),
    1244012: ("The job plan does not exist", "作业执行方案不存在"),
    1244028: ("The step has no target hosts", "步骤的执行目标为空"),
}


class Refusal(Exception):
    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def text(self, language: str) -> str:
        words = TEXTS.get(self.code, ("", ""))[language == "zh-cn"]
        return ": ".join(part for part in (words, self.detail) if part)
