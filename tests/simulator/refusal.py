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
    1241005: ("Invalid parameter", "请求参数错误"),
    1241007: ("A parameter is missing or invalid", "请求参数缺失或非法"),
    1241010: ("Invalid parameter", "请求参数错误"),
    1211003: ("The hosts of the dynamic group could not be found", "获取动态分组主机失败"),
    1240002: ("Internal error", "服务内部异常"),
    1243009: ("The job plan does not exist", "作业执行方案不存在"),
    1243051: ("The resource scope does not exist", "资源范围不存在"),
    1244002: ("The host does not exist in this scope", "主机不存在或不在当前资源范围下"),
    1244006: ("The job instance does not exist", "作业实例不存在"),
    1244007: ("The step instance does not exist", "步骤实例不存在"),
    1244009: ("The host variable has no hosts", "主机变量对应的主机为空"),
    1244011: ("The job plan has no steps", "作业执行方案不合法"),
    1244012: ("The job plan does not exist", "作业执行方案不存在"),
    1244016: ("You are not on the list of people who confirm", "不在确认人列表中"),
    1244028: ("The step has no target hosts", "步骤的执行目标为空"),
    1244030: ("The host does not exist", "主机不存在"),
    1244032: ("The business has reached its quota of running jobs", "业务正在执行的作业总量超过配额限制"),
    1244033: ("The app has reached its quota of running jobs", "应用正在执行的作业总量超过配额限制"),
    1244034: ("JOB has reached its quota of running jobs", "正在执行的作业总量超过配额限制"),
}


class Refusal(Exception):
    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def text(self, language: str) -> str:
        words = TEXTS.get(self.code, ("", ""))[language == "zh-cn"]
        return ": ".join(part for part in (words, self.detail) if part)
