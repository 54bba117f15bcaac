# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What module_utils/options/arguments.py offers, described: the options that the modules share, in the same order."""
from __future__ import annotations


class ModuleDocFragment:
    CONNECTION = r"""
options:
  api_url:
    description:
      - Where JOB is. The rest of the path is appended as far as it is missing.
      - For O(gateway=esb) give C(https://paas.example.com), C(https://paas.example.com/api/c/compapi), or the whole
        C(https://paas.example.com/api/c/compapi/v2/jobv3).
      - For O(gateway=apigw) give C(https://bkapi.example.com), C(https://bkapi.example.com/api/bk-job/prod) (or another
        stage than C(prod)), or the whole C(https://bkapi.example.com/api/bk-job/prod/api/v3). C({api_name}) in it is
        replaced by C(bk-job), in the host's name too.
      - If not given, the environment variable E(BK_JOB_API_URL) is used, then E(BK_COMPONENT_API_URL)
        (O(gateway=esb)) or E(BK_API_URL_TMPL) (O(gateway=apigw)).
      - >-
        Environment variables are always those of the machine the task runs on. So most plays want
        C(delegate_to: localhost) and C(become: false).
      - With plain C(http) to another machine there is a warning, unless O(validate_certs=false).
    type: str
  gateway:
    description:
      - Which of BlueKing's two gateways O(api_url) is the address of. V(esb) is the component gateway, V(apigw) the newer
        API gateway.
      - If not given, the environment variable E(BK_JOB_GATEWAY) is used.
    type: str
    choices: [esb, apigw]
    default: esb
  bk_app_code:
    description:
      - The app's ID, from BlueKing's developer centre. Required unless there is an O(access_token).
      - If not given, the environment variable E(BK_APP_CODE) is used, then E(BKPAAS_APP_ID).
    type: str
  bk_app_secret:
    description:
      - The app's secret (its token), from the same page. Required unless there is an O(access_token).
      - If not given, the environment variable E(BK_APP_SECRET) is used, then E(BKPAAS_APP_SECRET).
    type: str
  bk_token:
    description:
      - The login of the user to act as; it is the C(bk_token) cookie of BlueKing's web pages.
      - One of O(bk_token), O(bk_username) and O(access_token) is required. With both token and user name given,
        BlueKing takes the token's user.
      - If the task gives none of O(bk_token), O(bk_username) and O(access_token), the environment variable E(BK_TOKEN) is
        used. If it gives one, the environment is not asked for the others, so that no other user slips in.
    type: str
  bk_username:
    description:
      - The name of the user to act as, for an app that is on BlueKing's list of apps that need no login. With O(gateway=esb) it has letters
        of latin-1 only.
      - If the task gives none of O(bk_token), O(bk_username) and O(access_token), the environment variable
        E(BK_USERNAME) is used.
    type: str
  access_token:
    description:
      - A token that stands for app and user at once; O(bk_app_code) and O(bk_app_secret) are not sent beside it. It always
        travels in a header, and a newer ESB takes it, too.
      - If the task gives none of O(bk_token), O(bk_username) and O(access_token), the environment variable
        E(BK_JOB_ACCESS_TOKEN) is used, before E(BK_TOKEN) and E(BK_USERNAME).
    type: str
  credentials_in:
    description:
      - Where the credentials travel with O(gateway=esb). An ESB logs every request's body. V(header) keeps the app's secret out of
        that log (but not O(bk_token), which the ESB itself sends on), and needs BlueKing's PaaS 2.12.20 (2021) or newer. V(body) is what
        JOB's documentation says, and works with every ESB.
      - With O(gateway=apigw) and with O(access_token) it is always the header.
      - If not given, the environment variable E(BK_JOB_CREDENTIALS_IN) is used.
    type: str
    choices: [body, header]
    default: body
  validate_certs:
    description:
      - Whether the gateway's TLS certificate is checked.
      - If not given, the environment variable E(BK_JOB_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file, or an OpenSSL folder, of certificates of authorities to trust instead of the usual ones
        (or those of E(REQUESTS_CA_BUNDLE)).
      - If not given, the environment variable E(BK_JOB_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - A PEM file with a client certificate for gateways that ask for one, and its key unless O(client_key) has it.
      - If not given, the environment variable E(BK_JOB_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - A PEM file with the key of O(client_cert), without a passphrase.
      - If not given, the environment variable E(BK_JOB_CLIENT_KEY) is used.
    type: path
  request_timeout:
    description:
      - How many seconds a request may take, from the connection to the end of the answer. The default is longer than the
        gateways' own limits (30 and 60 s), so that what they have to say arrives.
      - If not given, the environment variable E(BK_JOB_REQUEST_TIMEOUT) is used.
    type: float
    default: 65
  request_retries:
    description:
      - How many times more a request is sent, after growing pauses or the one that a rate limit asks for. What only reads is sent again after
        a broken connection, a limit on requests, and HTTP 408 and 502 to 504; what changes something only where it is certain that nothing ran, which
        is when no connection came about (here, or from the gateway to JOB), and when a limit on requests or on running jobs refused it.
      - If not given, the environment variable E(BK_JOB_REQUEST_RETRIES) is used.
    type: int
    default: 3
  language:
    description:
      - The language of JOB's messages. Without it the gateway chooses.
      - If not given, the environment variable E(BK_JOB_LANGUAGE) is used.
    type: str
    choices: [en, zh-cn]
  bk_tenant_id:
    description:
      - The tenant, for BlueKing installations that have several. With O(gateway=esb) there is a warning, because an ESB does not hand it
        on to JOB.
      - If not given, the environment variable E(BK_JOB_TENANT_ID) is used, then E(BK_JOB_BK_TENANT_ID).
    type: str
  job_web_url:
    description:
      - Where JOB's web pages are, such as C(https://job.example.com). Only used to print links.
      - If not given, the environment variable E(BK_JOB_WEB_URL) is used, then E(BK_JOB_JOB_WEB_URL).
    type: str
"""

    SCOPE = r"""
options:
  bk_biz_id:
    description:
      - The ID of the business (业务) that the plan belongs to. IDs from 8000000 to 9999999 are taken as business sets.
      - Either this, or O(bk_scope_type) and O(bk_scope_id).
    type: int
  bk_scope_type:
    description:
      - The kind of scope the plan belongs to, a business, a business set, or (JOB 3.12 and newer) all business sets of a tenant; the form that JOB
        3.6 and newer prefer.
    type: str
    choices: [biz, biz_set, tenant_set]
  bk_scope_id:
    description:
      - The ID of that scope.
    type: str
"""

    WAIT = r"""
options:
  wait_timeout:
    description:
      - How many seconds to wait at most. With V(0) the job is looked at once.
      - Interrupting the playbook, or its machine, leaves the job running. M(blueking.job.job_instance_wait) takes up the wait again.
    type: float
    default: 3600
  wait_interval:
    description:
      - The longest pause between two questions, in seconds. The first questions come faster, so that the end of a short job is noticed
        at once, and a long job costs few requests. A pause is never shorter than a quarter of a second.
    type: float
    default: 5
  on_confirmation:
    description:
      - What to do when the job waits for a person, at a confirmation step or before the next batch of a rolling step.
      - V(wait) waits until the person has acted, V(fail) fails and names the step, V(return) succeeds with
        RV(blueking.job.job_instance_info#module:finished=false) and RV(blueking.job.job_instance_info#module:waiting_for). In a task with C(async)
        Ansible overwrites C(finished), see there.
    type: str
    choices: [wait, fail, return]
    default: wait
  on_timeout:
    description:
      - When O(wait_timeout) is over the task fails. V(fail) lets the job go on, V(terminate) stops it, and says whether that worked. A job that waits
        for a confirmation is ended there, as M(blueking.job.operate_job_instance) does.
    type: str
    choices: [fail, terminate]
    default: fail
  fail_on_ignored_errors:
    description:
      - Whether a job that succeeded, but in which a step's error was ignored, or a step skipped, fails the task. Otherwise there is a
        warning, and the hosts are in RV(blueking.job.job_instance_info#module:failed_hosts).
    type: bool
    default: false
  progress:
    description:
      - Whether lines on stderr show the progress of the job. After a start, the first line comes at once and has the instance's ID. The others begin
        after five seconds.
        Only where the task runs in Ansible's own process, which it does on the controller, without C(become), C(async) and C(environment). Never in
        ad-hoc commands and with C(no_log).
      - If not given, the environment variable E(BK_JOB_PROGRESS) is used.
    type: bool
    default: true
"""

    REPORT = r"""
options:
  max_failed_hosts:
    description:
      - How many hosts RV(blueking.job.job_instance_info#module:failed_hosts) has at most. Their number beside it is exact all the same.
    type: int
    default: 100
  log_hosts:
    description:
      - Of how many failed hosts, at most, the ends of the logs are shown. They are taken by turns from the causes of failure. V(0) for
        no logs.
    type: int
    default: 10
  log_lines:
    description:
      - How many lines of a log are shown, the last ones. V(0) for no logs.
    type: int
    default: 5
  return_global_vars:
    description:
      - Whether RV(blueking.job.job_instance_info#module:global_vars) is returned, for one more request.
    type: bool
    default: false
"""
