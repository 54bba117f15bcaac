# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents the options of module_utils/options/arguments.py, which the modules share, in the same order."""
from __future__ import annotations


class ModuleDocFragment:
    CONNECTION = r"""
options:
  api_url:
    description:
      - The address of the gateway to JOB. The part of the path that is missing is appended.
      - For O(gateway=esb) give C(https://paas.example.com), C(https://paas.example.com/api/c/compapi), or the whole
        C(https://paas.example.com/api/c/compapi/v2/jobv3).
      - For O(gateway=apigw) give C(https://bkapi.example.com), C(https://bkapi.example.com/api/bk-job/prod) (or another
        stage than C(prod)), or the whole C(https://bkapi.example.com/api/bk-job/prod/api/v3). C({api_name}) in it is
        replaced by C(bk-job), in the host's name too.
      - If not given, the environment variable E(BK_JOB_API_URL) is used, then E(BK_COMPONENT_API_URL)
        (O(gateway=esb)) or E(BK_API_URL_TMPL) (O(gateway=apigw)).
      - >-
        Environment variables are always read on the machine the task runs on. So most plays need
        C(delegate_to: localhost) and C(become: false).
      - Plain C(http) to another machine causes a warning, unless O(validate_certs=false).
    type: str
  gateway:
    description:
      - The kind of gateway at O(api_url). V(esb) is BlueKing's component gateway, V(apigw) is its newer API gateway.
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
      - The login of the user for whom the task runs. It is the cookie C(bk_token) of BlueKing's web pages.
      - One of O(bk_token), O(bk_username) and O(access_token) is required. With both token and user name given,
        BlueKing takes the token's user.
      - If the task gives none of O(bk_token), O(bk_username) and O(access_token), the environment variable E(BK_TOKEN) is
        used. If the task gives one of them, the environment variables of all three are ignored, so that the task never runs for another user.
    type: str
  bk_username:
    description:
      - The name of the user for whom the task runs, for an app that is on BlueKing's list of apps that need no login. With O(gateway=esb) it
        can contain characters of latin-1 only.
      - If the task gives none of O(bk_token), O(bk_username) and O(access_token), the environment variable
        E(BK_USERNAME) is used.
    type: str
  access_token:
    description:
      - A token for app and user together. O(bk_app_code) and O(bk_app_secret) are then not sent. The token is always sent in a
        header. With O(gateway=esb) it needs BlueKing's PaaS 2.12.20 (2021) or newer.
      - If the task gives none of O(bk_token), O(bk_username) and O(access_token), the environment variable
        E(BK_JOB_ACCESS_TOKEN) is used, before E(BK_TOKEN) and E(BK_USERNAME).
    type: str
  credentials_in:
    description:
      - The part of a request that contains the credentials, with O(gateway=esb).
      - V(body) is what JOB's documentation says, and works with every ESB. An ESB writes the body of every request to its log.
      - V(header) keeps the app's secret out of that log, but not O(bk_token), which the ESB itself sends to JOB. It needs BlueKing's PaaS
        2.12.20 (2021) or newer.
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
      - A file, or a folder as OpenSSL uses it, with the CA certificates to trust, instead of the default ones and of those in
        E(REQUESTS_CA_BUNDLE).
      - If not given, the environment variable E(BK_JOB_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - A PEM file with a client certificate, for gateways that require one. It must also contain the key, unless O(client_key) is given.
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
        gateways' own limits (30 s and 60 s), so that their error messages arrive.
      - If not given, the environment variable E(BK_JOB_REQUEST_TIMEOUT) is used.
    type: float
    default: 65
  request_retries:
    description:
      - How many times a request is repeated, after growing pauses, or after the pause that a rate limit demands.
      - A request that only reads is repeated after a broken connection, a rate limit, and HTTP 408, 502, 503 and 504.
      - A request that changes something is repeated only if it is certain that nothing ran. That is so when no connection could be opened (here, or
        from the gateway to JOB), and when a rate limit or the limit on running jobs refused it.
      - If not given, the environment variable E(BK_JOB_REQUEST_RETRIES) is used.
    type: int
    default: 3
  language:
    description:
      - The language of JOB's messages. If it is given nowhere, the gateway's default is used.
      - If not given, the environment variable E(BK_JOB_LANGUAGE) is used.
    type: str
    choices: [en, zh-cn]
  bk_tenant_id:
    description:
      - The ID of the tenant, for BlueKing installations with several tenants. With O(gateway=esb) it causes a warning, because an ESB does
        not pass it on to JOB.
      - If not given, the environment variable E(BK_JOB_TENANT_ID) is used, then E(BK_JOB_BK_TENANT_ID).
    type: str
  job_web_url:
    description:
      - The address of JOB's web pages, such as C(https://job.example.com). It is only used for links in results.
      - If not given, the environment variable E(BK_JOB_WEB_URL) is used, then E(BK_JOB_JOB_WEB_URL).
    type: str
"""

    SCOPE = r"""
options:
  bk_biz_id:
    description:
      - The ID of the business (业务) that the plan, the job or its hosts belong to. An ID from 8000000 to 9999999 is that of a business set.
      - Either this option or O(bk_scope_type) and O(bk_scope_id) are required.
    type: int
  bk_scope_type:
    description:
      - The type of the scope that they belong to. V(biz) is a business, V(biz_set) a business set, and V(tenant_set) all business sets of a
        tenant (JOB 3.12 and newer). JOB 3.6 and newer prefer this to O(bk_biz_id).
    type: str
    choices: [biz, biz_set, tenant_set]
  bk_scope_id:
    description:
      - The ID of that scope.
    type: str
"""

    START = r"""
options:
  job_plan_id:
    description:
      - The ID of the job execution plan. Either this or O(job_plan_name).
    type: int
  job_plan_name:
    description:
      - The exact name of the plan. The task fails unless exactly one plan has this name.
    type: str
  job_template_id:
    description:
      - The ID of the plan's job template (作业模板), with O(job_plan_name), where plans of several templates have this name.
    type: int
  check_plan:
    description:
      - Whether to read the plan first, and to start nothing if O(global_var_list) does not fit it. JOB itself ignores an unknown variable, and runs
        the plan with its defaults, on its default hosts.
      - The task fails, with all problems in one message, for a name or ID that the plan does not have, an ID and a name of different variables,
        a variable that is given twice, a C(value) for a host variable or a C(server) for another one, a required variable that would be empty, and
        a cipher with the value C(******), which is JOB's mask.
      - There is a warning for a variable that no step uses, and for a required variable that is not given and whose value JOB does not show. JOB does
        not show the values of ciphers, and hosts that are containers.
      - There is a warning for a plan that is behind its template, if it is given by O(job_plan_name) and JOB is 3.11 or newer. JOB shows this
        in lists only.
      - If the app or the user may not read plans, a plan that is given by its ID is not checked, and there is a warning. Any other error when the plan
        is read fails the task.
      - This needs one more request, C(get_job_plan_detail).
    type: bool
    default: true
  global_var_list:
    description:
      - Values for global variables of the plan. A variable that is not in the list keeps its value from the plan.
      - A list, or the same list as JSON text, for surveys of AWX and ad-hoc commands. A blank text is an empty list.
    type: raw
    suboptions:
      id:
        description:
          - The variable's ID. Either this or C(name). If both are given they must agree, and the ID is sent.
        type: int
      name:
        description:
          - The variable's name.
        type: str
      value:
        description:
          - The value of a string, namespace, cipher or array variable. An empty text is a value too.
          - Booleans are sent as C(true) and C(false), integers in decimal. YAML reads C(0644) as the number 420, so quote such a text.
          - Floating-point numbers, dates, lists and dicts are refused, because YAML does not keep how they were written (C(1.10) becomes 1.1).
            Quote them, or end a template with C(| string).
          - Arrays have JOB's form, V((a b c\)) for an index array and V(([key]=value\)) for an associative one.
          - The value of a variable that is a cipher in the plan is never shown.
        type: raw
      secret_value:
        description:
          - The same as C(value), but never shown, even if the variable is not a cipher in the plan, or the plan is
            not read, see O(check_plan).
        type: raw
      server:
        description:
          - The value of a host variable. At least one of its lists must not be empty. The filter
            P(blueking.job.job_server#filter) makes it from hosts of the inventory.
        type: dict
        suboptions:
          ip_list:
            description:
              - Hosts by address.
            type: list
            elements: dict
            suboptions:
              bk_cloud_id:
                description:
                  - The cloud area's (云区域) ID, 0 for the default one.
                type: int
                required: true
              ip:
                description:
                  - The IPv4 address.
                type: str
                required: true
          dynamic_group_list:
            description:
              - Dynamic groups (动态分组) of CMDB.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - The group's ID.
                type: str
                required: true
          topo_node_list:
            description:
              - Nodes of CMDB's topology; all hosts below them.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - The node's ID, C(bk_inst_id) in CMDB.
                type: int
                required: true
              node_type:
                description:
                  - The node's type, C(bk_obj_id) in CMDB, such as V(module) or V(set).
                type: str
                required: true
          host_id_list:
            description:
              - Hosts by C(bk_host_id), for JOB 3.7 and newer, which then ignore C(ip_list). Older versions ignore this list.
            type: list
            elements: int
  callback_url:
    description:
      - An http(s) address that JOB calls when the job has ended. It must not have a user name or a password in it.
      - A server may have a whitelist of the addresses that it calls. It refuses others with the error 1240003.
    type: str
  exactly_once:
    description:
      - Whether the plan is started in two steps, so that a start without an answer can be repeated safely. First an instance is created without being
        started, which may be repeated, and then it is started. If the second request gets no answer, the task watches the instance for 40 s
        (O(gateway=esb)) or 70 s (O(gateway=apigw)), longer than a gateway holds a request, and sends the start again only if the status is
        still V(not_started).
      - This needs JOB 3.10.3 or newer. With an older one the task fails, and nothing is created.
      - If the instance cannot be read any more, RV(blueking.job.execute_job_plan#module:outcome) is V(unknown), and
        RV(blueking.job.execute_job_plan#module:job_instance_id) is the only instance that may run.
      - JOB itself may run a plan twice if two starts of an instance wait in its queue at the same time, see the collection's C(docs/reliability.md).
      - This needs two more requests. Instances that were created without an answer stay in JOB's history as V(not_started). Each of them counts in JOB's
        quota of running jobs, if there is one, for up to an hour.
    type: bool
    default: false
  quota_timeout:
    description:
      - How many seconds to go on asking while JOB refuses a start because of its quota of running jobs (the errors 1244032 to 1244034). Such a
        refusal means that nothing ran and nothing was stored. With V(0) the start is repeated O(request_retries) times, as after a rate limit.
      - In M(blueking.job.execute_job_plans) the time begins anew with each plan that starts, so it is the longest time in which no place becomes free.
    type: float
    default: 0
"""

    WAIT = r"""
options:
  wait_timeout:
    description:
      - How many seconds to wait at most. With V(0) the state of the job is read once.
      - If the playbook is interrupted, the job goes on. M(blueking.job.job_instance_wait) can wait for it again.
    type: float
    default: 3600
  wait_interval:
    description:
      - The longest pause between two requests for the job's state, in seconds. The first pauses are shorter, so that the end of a short job is
        noticed soon. No pause is shorter than a quarter of a second.
    type: float
    default: 5
  on_confirmation:
    description:
      - What to do when the job waits for a person, at a confirmation step or before the next batch of a rolling step.
      - V(wait) waits until the person has acted. V(fail) fails and names the step. V(return) succeeds with
        RV(blueking.job.job_instance_info#module:finished=false) and RV(blueking.job.job_instance_info#module:waiting_for). In a task with C(async)
        Ansible overwrites C(finished), as described there.
    type: str
    choices: [wait, fail, return]
    default: wait
  on_timeout:
    description:
      - What to do with a job that has not ended within O(wait_timeout). The task fails in any case.
      - With V(fail) the job goes on. With V(terminate) it is terminated, and the message says whether that worked. A job that waits
        for a confirmation is ended at that step, as with M(blueking.job.operate_job_instance).
    type: str
    choices: [fail, terminate]
    default: fail
  fail_on_ignored_errors:
    description:
      - Whether the task fails if the job succeeded, but the error of a step was ignored, or a step was skipped. With V(false) there is a
        warning. The hosts are in RV(blueking.job.job_instance_info#module:failed_hosts) in both cases.
    type: bool
    default: false
  progress:
    description:
      - Whether lines on stderr show the progress of the job. A task that starts a job shows the ID of the instance at once. The
        state follows after five seconds, and then as it changes.
      - There are such lines only if the task runs in Ansible's own process. It does so on the controller, without C(become), C(async) and
        C(environment). There are none in ad-hoc commands and with C(no_log).
      - If not given, the environment variable E(BK_JOB_PROGRESS) is used.
    type: bool
    default: true
"""

    REPORT = r"""
options:
  max_failed_hosts:
    description:
      - How many hosts RV(blueking.job.job_instance_info#module:failed_hosts) contains at most.
      - RV(blueking.job.job_instance_info#module:failed_host_count) is the number of all failed hosts.
    type: int
    default: 100
  log_hosts:
    description:
      - The number of failed hosts, at most, whose logs are shown. The hosts are chosen evenly from all causes of failure. V(0) shows no logs.
    type: int
    default: 10
  log_lines:
    description:
      - How many lines are shown from the end of each log. V(0) shows no logs.
    type: int
    default: 5
  return_global_vars:
    description:
      - Whether RV(blueking.job.job_instance_info#module:global_vars) is returned. This needs one more request.
    type: bool
    default: false
"""

    FAST = r"""
options:
  target_server:
    description:
      - The hosts, in the form of the C(server) of a host variable. At least one of its lists must not be empty. The filter
        P(blueking.job.job_server#filter) makes it from hosts of the inventory, from addresses, and from the C(failed_hosts) of another job.
      - A dict, or the same dict as JSON text.
      - A host whose agent is dead is not refused. It fails when the job runs.
    type: raw
    required: true
    suboptions:
      host_id_list:
        description:
          - Hosts by C(bk_host_id), for JOB 3.7 and newer, which then ignore C(ip_list). Older versions ignore this list.
        type: list
        elements: int
      ip_list:
        description:
          - Hosts by address.
        type: list
        elements: dict
        suboptions:
          bk_cloud_id:
            description:
              - The cloud area's (云区域) ID, 0 for the default one.
            type: int
            required: true
          ip:
            description:
              - The IPv4 address.
            type: str
            required: true
      dynamic_group_list:
        description:
          - Dynamic groups (动态分组) of CMDB.
        type: list
        elements: dict
        suboptions:
          id:
            description:
              - The group's ID.
            type: str
            required: true
      topo_node_list:
        description:
          - Nodes of CMDB's topology; all hosts below them.
        type: list
        elements: dict
        suboptions:
          id:
            description:
              - The node's ID, C(bk_inst_id) in CMDB.
            type: int
            required: true
          node_type:
            description:
              - The node's type, C(bk_obj_id) in CMDB, such as V(module) or V(set).
            type: str
            required: true
  account_alias:
    description:
      - The name of the account (执行账号) on the hosts, such as V(root). Either this or O(account_id) is required.
    type: str
  account_id:
    description:
      - The ID of that account in JOB.
    type: int
  task_name:
    description:
      - The name of the job instance, at most 512 characters. By default a name that no other instance has, by which an instance can be found
        whose start got no answer. A name of your own should be unique for the same reason.
    type: str
  callback_url:
    description:
      - An http(s) address that JOB calls when the job has ended. It must not have a user name or a password in it.
      - A server may have a whitelist of the addresses that it calls. It refuses others with the error 1240003.
    type: str
  quota_timeout:
    description:
      - How many seconds to go on asking while JOB refuses a start because of its quota of running jobs, as
        O(blueking.job.execute_job_plan#module:quota_timeout).
    type: float
    default: 0
  wait:
    description:
      - Whether to wait until the job has ended. Only then do O(wait_timeout), O(wait_interval), O(on_confirmation), O(on_timeout),
        O(fail_on_ignored_errors), O(progress), O(max_failed_hosts), O(log_hosts), O(log_lines) and O(return_global_vars) have an effect. A task that gives
        one of them with O(wait=false) is refused. In C(module_defaults) they may be given for all tasks.
    type: bool
    default: true
"""

    EXECUTION = r"""
options:
  timeout:
    description:
      - How many seconds JOB lets it run on each host, from 1 to 259200, or to 86400 with JOB before 3.7. A business may have a lower limit. By default it
        is JOB's own, 7200.
      - This is not the keyword C(timeout) of a task, with which Ansible ends a task without knowing what became of the job. It is indented
        with the other options of the module.
      - If it is longer than O(wait_timeout), the task may end before the job.
    type: int
  rolling_config:
    description:
      - Has JOB 3.6 or newer run it in batches of hosts. Older versions ignore this, and run it on all hosts at once.
      - A dict, or the same dict as JSON text.
    type: raw
    suboptions:
      expression:
        description:
          - The sizes of the batches, with blanks between them. V(5) is a number of hosts, V(10%) a part of all hosts, V(+5) that many more than in the
            batch before, and V(*2) that many times as many. The last one is repeated. There can be 500 batches.
          - It is checked before anything is sent, because JOB stores the instance before it checks this.
        type: str
        required: true
      mode:
        description:
          - What happens after a batch. V(pause_on_failure) stops at a batch with failures, V(ignore_failure) goes on, and V(confirm) waits for a person
            before each batch.
        type: str
        choices: [pause_on_failure, ignore_failure, confirm]
        default: pause_on_failure
  exactly_once:
    description:
      - Whether it is started in two steps, so that a start without an answer can be repeated safely, as described for
        O(blueking.job.execute_job_plan#module:exactly_once). This needs JOB 3.10.3 or newer. With an older one the task fails, and nothing is created.
    type: bool
    default: false
"""

    MANY = r"""
options:
  parallel:
    description:
      - How many requests are sent at once, from 1 to 50. A rate limit of the gateway slows down all of them.
    type: int
    default: 10
"""
